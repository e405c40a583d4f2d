# Reference values of pairwise comparisons, means and differences at given covariate values, and intervals, from emmeans.
# Run: Rscript emmeans.R   (needs lme4, lmerTest, pbkrtest, emmeans)
suppressPackageStartupMessages({ library(lmerTest); library(pbkrtest); library(emmeans) })
options(digits = 15, contrasts = c("contr.treatment", "contr.poly"))
emm_options(lmerTest.limit = 1e5, pbkrtest.limit = 1e5)
d <- read.csv("trials/wob_3arm.csv")
d <- subset(d, visit != "V0" & !is.na(value) & !is.na(baseline))
d$arm <- relevel(factor(d$arm), ref = "control"); d$visit <- factor(d$visit); d$participant <- factor(d$participant)
fit <- lmer(value ~ baseline * arm + arm * visit + (1 | participant), d, REML = TRUE,
            control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10)))
rows <- list()
add <- function(...) rows[[length(rows) + 1]] <<- data.frame(..., check.names = FALSE)
for (at in list(NA, 30)) {
  e <- if (is.na(at)) emmeans(fit, ~ arm | visit, lmer.df = "satterthwaite") else emmeans(fit, ~ arm | visit, lmer.df = "satterthwaite", at = list(baseline = at))
  m <- as.data.frame(summary(e))
  for (i in seq_len(nrow(m))) add(kind = "mean", adjust = "none", level = 0.95, baseline = at, arm = as.character(m$arm[i]), reference_arm = "", visit = as.character(m$visit[i]), estimate = m$emmean[i], se = m$SE[i], df = m$df[i], p = NA, lower = m$lower.CL[i], upper = m$upper.CL[i])
  for (adjust in c("none", "holm", "tukey")) {
    p <- as.data.frame(summary(contrast(e, "revpairwise"), adjust = adjust, infer = c(TRUE, TRUE)))
    both <- strsplit(as.character(p$contrast), " - ")
    for (i in seq_len(nrow(p))) add(kind = "pair", adjust = adjust, level = 0.95, baseline = at, arm = both[[i]][1], reference_arm = both[[i]][2], visit = as.character(p$visit[i]), estimate = p$estimate[i], se = p$SE[i], df = p$df[i], p = p$p.value[i], lower = p$lower.CL[i], upper = p$upper.CL[i])
  }
}
s <- coef(summary(fit, ddf = "Satterthwaite"))
for (level in c(0.8, 0.95, 0.99)) for (t in rownames(s)) {
  q <- qt(1 - (1 - level) / 2, s[t, "df"])
  add(kind = "coefficient", adjust = "none", level = level, baseline = NA, arm = t, reference_arm = "", visit = "", estimate = s[t, 1], se = s[t, 2], df = s[t, 3], p = s[t, 5], lower = s[t, 1] - q * s[t, 2], upper = s[t, 1] + q * s[t, 2])
}
out <- do.call(rbind, rows)
num <- sapply(out, is.numeric); out[num] <- lapply(out[num], signif, 12)
write.csv(out, "emmeans.csv", row.names = FALSE, na = "")
writeLines(c(R.version.string, sapply(c("emmeans", "lme4", "lmerTest", "pbkrtest"), function(p) paste(p, packageVersion(p)))), "VERSIONS_emmeans.txt")
