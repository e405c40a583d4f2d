# Reference values for the trials in trials/, from established R packages.
# Run: Rscript reference.R   (needs mmrm, emmeans, lme4, lmerTest, pbkrtest)
suppressPackageStartupMessages({
  library(mmrm); library(emmeans); library(lmerTest); library(pbkrtest)
})
options(digits = 15, contrasts = c("contr.treatment", "contr.poly"))
emm_options(lmerTest.limit = 1e5, pbkrtest.limit = 1e5)
names_of <- sub("\\.csv$", "", list.files("trials", pattern = "csv$"))
read_trial <- function(name) {
  d <- read.csv(file.path("trials", paste0(name, ".csv")))
  d$arm <- relevel(factor(d$arm), ref = "control")
  d$visit <- factor(d$visit); d$participant <- factor(d$participant)
  d
}
rows <- list()
# The best of three optimisers, each pushed as far as it goes: mmrm's defaults stop short of the optimum (estimates off by up to 3e-4).
tight <- list(BFGS = list(reltol = 1e-16, maxit = 5000), nlminb = list(rel.tol = 1e-15, x.tol = 1e-15, eval.max = 5000, iter.max = 5000),
              `L-BFGS-B` = list(factr = 1, pgtol = 0, maxit = 5000))
best_mmrm <- function(f, d, ...) {
  best <- NULL; why <- ""
  for (o in names(tight)) {
    m <- try(suppressWarnings(mmrm(f, d, reml = TRUE, optimizer = o, optimizer_control = tight[[o]], ...)), silent = TRUE)
    if (inherits(m, "try-error")) why <- m else if (is.null(best) || deviance(m) < deviance(best)) best <- m
  }
  if (is.null(best)) stop(why) else best
}
add <- function(...) rows[[length(rows) + 1]] <<- data.frame(..., check.names = FALSE)
save_rows <- function(file, digits = 12) {
  all <- unique(unlist(lapply(rows, names)))
  out <- do.call(rbind, lapply(rows, function(r) { r[setdiff(all, names(r))] <- NA; r[all] }))
  num <- sapply(out, is.numeric); out[num] <- lapply(out[num], signif, digits)
  write.csv(out, file, row.names = FALSE, na = ""); rows <<- list()
}

## 1. MMRM on the post visits, baseline as covariate -------------------------------------------
covs <- c(us = "us", toeph = "toeph", ar1h = "ar1h", csh = "csh", toep = "toep", ar1 = "ar1", cs = "cs", ad = "ad", adh = "adh")
for (name in c("wob_3arm", "balance_4post", "rom_uneven")) {
  d <- subset(read_trial(name), visit != "V0"); d$visit <- droplevels(d$visit)
  d <- d[!is.na(d$value) & !is.na(d$baseline), ]
  for (cv in names(covs)) for (m in c("Kenward-Roger", "Kenward-Roger-Linear", "Satterthwaite")) {
    vc <- if (m == "Satterthwaite") "Asymptotic" else m
    mm <- if (m == "Satterthwaite") m else "Kenward-Roger"
    f <- as.formula(sprintf("value ~ baseline * visit + arm * visit + %s(visit | participant)", covs[[cv]]))
    fit <- try(best_mmrm(f, d, method = mm, vcov = vc), silent = TRUE)
    if (inherits(fit, "try-error")) { add(trial = name, covariance = cv, method = m, kind = "failed", term = "not fitted"); next }
    s <- coef(summary(fit))
    add(trial = name, covariance = cv, method = m, kind = "fit", term = "minus2_restricted_loglik", estimate = deviance(fit))
    for (t in rownames(s)) add(trial = name, covariance = cv, method = m, kind = "coefficient", term = t, estimate = s[t, 1], se = s[t, 2], df = s[t, 3], p = s[t, 5])
    e <- emmeans(fit, ~ arm | visit)
    es <- as.data.frame(summary(e))
    for (i in seq_len(nrow(es))) add(trial = name, covariance = cv, method = m, kind = "marginal_mean", arm = as.character(es$arm[i]), visit = as.character(es$visit[i]), estimate = es$emmean[i], se = es$SE[i], df = es$df[i], lower = es$lower.CL[i], upper = es$upper.CL[i])
    ct <- as.data.frame(summary(contrast(e, "trt.vs.ctrl1", adjust = "none"), infer = c(TRUE, TRUE)))
    for (i in seq_len(nrow(ct))) add(trial = name, covariance = cv, method = m, kind = "contrast", arm = as.character(ct$contrast[i]), visit = as.character(ct$visit[i]), estimate = ct$estimate[i], se = ct$SE[i], df = ct$df[i], lower = ct$lower.CL[i], upper = ct$upper.CL[i], p = ct$p.value[i])
    if (cv %in% c("us", "cs")) {
      j <- joint_tests(fit)
      for (i in seq_len(nrow(j))) add(trial = name, covariance = cv, method = m, kind = "joint_test", term = as.character(j[i, 1]), estimate = j$F.ratio[i], df1 = j$df1[i], df = j$df2[i], p = j$p.value[i])
    }
    if (m == "Satterthwaite") { V <- VarCorr(fit); for (a in rownames(V)) for (b in colnames(V)) add(trial = name, covariance = cv, method = m, kind = "covariance", term = paste(a, b, sep = ":"), estimate = V[a, b]) }
  }
}
save_rows("mmrm.csv")

## 2. Constrained longitudinal model: baseline is a response, arms share its mean ---------------
for (name in names_of) {
  d <- read_trial(name); d <- d[!is.na(d$value), ]
  arms <- setdiff(levels(d$arm), "control"); visits <- setdiff(levels(d$visit), "V0")
  terms <- c()
  for (a in arms) for (v in visits) { t <- paste0("x_", a, "_", v); d[[t]] <- as.numeric(d$arm == a & d$visit == v); terms <- c(terms, t) }
  for (cv in c("us", "cs")) for (m in c("Kenward-Roger-Linear", "Satterthwaite")) {
    fit <- try(best_mmrm(as.formula(sprintf("value ~ visit + %s + %s(visit | participant)", paste(terms, collapse = " + "), cv)), d, method = if (m == "Satterthwaite") m else "Kenward-Roger", vcov = if (m == "Satterthwaite") "Asymptotic" else m), silent = TRUE)
    if (inherits(fit, "try-error")) { add(trial = name, covariance = cv, method = m, term = "failed"); next }
    s <- coef(summary(fit)); tq <- qt(.975, s[, 3])
    add(trial = name, covariance = cv, method = m, term = "minus2_restricted_loglik", estimate = deviance(fit))
    for (t in rownames(s)) add(trial = name, covariance = cv, method = m, term = t, estimate = s[t, 1], se = s[t, 2], df = s[t, 3], lower = s[t, 1] - tq[t] * s[t, 2], upper = s[t, 1] + tq[t] * s[t, 2], p = s[t, 5])
  }
}
save_rows("clda.csv")

## 3. Random-intercept model ---------------------------------------------------------------------
for (name in names_of) {
  d <- read_trial(name)
  full <- suppressMessages(lmer(value ~ arm * visit + (1 | participant), d, REML = TRUE, control = lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10))))
  for (m in c("Satterthwaite", "Kenward-Roger")) {
    s <- coef(summary(full, ddf = m))
    add(trial = name, method = m, kind = "fit", term = "minus2_restricted_loglik", estimate = -2 * as.numeric(logLik(full)))
    vc <- as.data.frame(VarCorr(full)); for (i in 1:2) add(trial = name, method = m, kind = "variance", term = vc$grp[i], estimate = vc$vcov[i])
    for (t in rownames(s)) add(trial = name, method = m, kind = "coefficient", term = t, estimate = s[t, 1], se = s[t, 2], df = s[t, 3], p = s[t, 5])
    e <- emmeans(full, ~ arm | visit, lmer.df = tolower(m)); ct <- as.data.frame(summary(contrast(e, "trt.vs.ctrl1", adjust = "none"), infer = c(TRUE, TRUE)))
    for (i in seq_len(nrow(ct))) add(trial = name, method = m, kind = "contrast", term = paste(ct$contrast[i], ct$visit[i]), estimate = ct$estimate[i], se = ct$SE[i], df = ct$df[i], lower = ct$lower.CL[i], upper = ct$upper.CL[i], p = ct$p.value[i])
  }
}
save_rows("random_intercept.csv")

writeLines(c(R.version.string, sapply(c("mmrm", "emmeans", "lme4", "lmerTest", "pbkrtest"), function(p) paste(p, packageVersion(p)))), "VERSIONS.txt")
