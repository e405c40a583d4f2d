# The R half of mixed.py: prints, as JSON, its versions, or given a trial's CSV milliseconds and estimates.
packages <- c("lme4", "lmerTest", "pbkrtest", "nlme", "emmeans", "jsonlite")
absent <- packages[!vapply(packages, requireNamespace, logical(1), quietly = TRUE)]
if (length(absent)) stop("not installed in R: ", paste(absent, collapse = ", "))
suppressPackageStartupMessages({ library(lmerTest); library(nlme); library(emmeans) })
answer <- function(x) cat(jsonlite::toJSON(x, auto_unbox = TRUE, digits = NA), "\n")

file <- commandArgs(trailingOnly = TRUE)
if (!length(file)) {
  versions <- vapply(packages, function(p) as.character(packageVersion(p)), "")
  blas <- basename(extSoftVersion()[["BLAS"]])
  answer(paste(c(paste("R", getRversion()), paste(packages, versions), blas[nzchar(blas)]), collapse = ", "))
  quit()
}
trial <- read.csv(file, stringsAsFactors = TRUE)

# The median of five repeats, each long enough (50 ms) for the clock; two calls before them to warm up.
milliseconds <- function(call) {
  timed <- function(times) {
    start <- as.numeric(Sys.time())
    for (i in seq_len(times)) call()
    (as.numeric(Sys.time()) - start) / times
  }
  timed(1)
  times <- max(1, ceiling(0.05 / timed(1)))
  1000 * median(replicate(5, timed(times)))
}
contrasts_of <- function(fit, ...) {
  summary(contrast(emmeans(fit, ~ arm | visit, ...), "trt.vs.ctrl", ref = "control", adjust = "none"), infer = TRUE)
}

fit_gls <- function() gls(value ~ baseline * visit + arm * visit, trial,
                          correlation = corSymm(form = ~ as.integer(visit) | participant),
                          weights = varIdent(form = ~ 1 | visit))
gls_table <- function() summary(fit_gls())$tTable
gls_contrasts <- function() contrasts_of(fit_gls(), mode = "df.error")
fit_lmer <- function() lmer(value ~ baseline * visit + arm * visit + (1 | participant), trial)
lmer_table <- function() coef(summary(fit_lmer(), ddf = "Kenward-Roger"))
lmer_contrasts <- function() contrasts_of(fit_lmer(), lmer.df = "kenward-roger")

numbers <- function(fit, table) {
  list(criterion = -2 * as.numeric(logLik(fit, REML = TRUE)), estimate = table$estimate, se = table$SE, df = table$df)
}
answer(list(
  milliseconds = list(gls_table = milliseconds(gls_table), gls_contrasts = milliseconds(gls_contrasts),
                      lmer_table = milliseconds(lmer_table), lmer_contrasts = milliseconds(lmer_contrasts)),
  gls = numbers(fit_gls(), gls_contrasts()),
  lmer = numbers(fit_lmer(), lmer_contrasts())
))
