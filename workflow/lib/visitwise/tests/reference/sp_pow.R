# Reference values of the covariance in continuous time for weeks.csv, from nlme (its corCAR1).
# Run: Rscript sp_pow.R
library(nlme)
options(digits = 15, contrasts = c("contr.treatment", "contr.poly"))
d <- read.csv("weeks.csv")
d <- subset(d, visit != "V0" & !is.na(value))
d$arm <- relevel(factor(d$arm), ref = "control"); d$visit <- factor(d$visit); d$participant <- factor(d$participant)

# nlminb and optim stop at different places; each is pushed as far as it goes, and the lower optimum is kept.
controls <- list(glsControl(opt = "nlminb", tolerance = 1e-14, msTol = 1e-16, maxIter = 500, msMaxIter = 2000),
                 glsControl(opt = "optim", tolerance = 1e-14, msTol = 1e-16, maxIter = 500, msMaxIter = 2000))
best <- function(weights) {
  fits <- lapply(controls, function(control) gls(value ~ baseline * visit + arm * visit, d, method = "REML", weights = weights,
    correlation = corCAR1(0.8, form = ~ week | participant), control = control))
  fits[[which.max(vapply(fits, function(fit) as.numeric(logLik(fit)), 0))]]
}
rows <- list()
add <- function(...) rows[[length(rows) + 1]] <<- data.frame(..., check.names = FALSE)
models <- list(sp_pow = NULL, sp_powh = varIdent(form = ~ 1 | visit))
for (name in names(models)) {
  fit <- best(models[[name]])
  add(covariance = name, kind = "fit", term = "minus2_restricted_loglik", arm = "", visit = "", estimate = -2 * as.numeric(logLik(fit)), se = NA)
  phi <- unname(coef(fit$modelStruct$corStruct, unconstrained = FALSE))
  add(covariance = name, kind = "covariance", term = "correlation", arm = "", visit = "", estimate = phi, se = NA)
  # varIdent names the ratio of each visit's SD to the first one's; without it all SDs are sigma.
  ratios <- if (is.null(models[[name]])) c(V1 = 1, V2 = 1, V3 = 1) else coef(fit$modelStruct$varStruct, unconstrained = FALSE, allCoef = TRUE)
  for (v in levels(d$visit)) add(covariance = name, kind = "covariance", term = "sd", arm = "", visit = v, estimate = fit$sigma * ratios[[v]], se = NA)
  # The covariance of the coefficients of a REML fit: sigma^2 (X' R^-1 X)^-1, sigma with n - p degrees of freedom.
  for (t in names(coef(fit))) add(covariance = name, kind = "coefficient", term = t, arm = "", visit = "", estimate = coef(fit)[[t]], se = sqrt(fit$varBeta[t, t]))
  # retro - control at each visit: the arm's coefficient, and its interaction with the visit after the first.
  for (v in levels(d$visit)) {
    w <- as.numeric(names(coef(fit)) %in% c("armretro", paste0("visit", v, ":armretro")))
    add(covariance = name, kind = "contrast", term = "", arm = "retro", visit = v, estimate = sum(w * coef(fit)), se = sqrt(drop(w %*% fit$varBeta %*% w)))
  }
}
out <- do.call(rbind, rows)
out$estimate <- signif(out$estimate, 12); out$se <- signif(out$se, 12)
write.csv(out, "sp_pow.csv", row.names = FALSE, na = "")
writeLines(c(R.version.string, paste("nlme", packageVersion("nlme"))), "VERSIONS_sp_pow.txt")
