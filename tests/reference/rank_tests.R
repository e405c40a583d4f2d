# Exact rank tests with their intervals on values without ties, exact or asymptotic ones of the trials' changes. Run here: Rscript rank_tests.R
# rank_data.csv: the values without ties that the first part tests. Where even the widest interval has not the level, R gives it all the same: lower and upper are left out then.
# digits.rank = 10: changes that are equal in decimals are ties, which two_arm.csv, made without it, does not see (60.0 - 64.4 and 83.6 - 88.0 differ in the last bit).
trials <- "../../workflow/lib/visitwise/tests/reference/trials"
options(digits = 15)
set.seed(20260728)
out <- list(); data <- list()
quiet <- function(call, low = 1) list(r = suppressWarnings(call), short = low == 0) # low: how many pairs lie below the interval, and one
add <- function(set, test, arm, q, conf, n1, n2, kind) {
  lim <- if (q$short) c(NA, NA) else q$r$conf.int
  out[[length(out) + 1]] <<- data.frame(set = set, test = test, arm = arm, level = conf, kind = kind, n_arm = n1, n_reference = n2, statistic = unname(q$r$statistic), p = q$r$p.value, estimate = unname(q$r$estimate), lower = lim[1], upper = lim[2])
}
sizes <- list(c(3, 4), c(4, 4), c(5, 5), c(10, 7), c(15, 15), c(30, 41))
for (s in sizes) {
  name <- paste(s, collapse = "v")
  repeat {
    x <- round(rnorm(s[1], .6, 1.3), 5); y <- round(rnorm(s[2]), 5)
    if (!any(duplicated(c(x, y))) && !any(duplicated(abs(x))) && all(x != 0)) break
  }
  data[[length(data) + 1]] <- data.frame(set = name, arm = rep(c("arm", "reference"), s), value = c(x, y))
  for (conf in c(.95, .8)) {
    add(name, "mann_whitney", "", quiet(wilcox.test(x, y, exact = TRUE, conf.int = TRUE, conf.level = conf), qwilcox((1 - conf) / 2, s[1], s[2])), conf, s[1], s[2], "exact")
    add(name, "signed_rank", "arm", quiet(wilcox.test(x, exact = TRUE, conf.int = TRUE, conf.level = conf), qsignrank((1 - conf) / 2, s[1])), conf, s[1], NA, "exact")
  }
}
for (file in list.files(trials, pattern = "csv$")) {
  d <- read.csv(file.path(trials, file)); last <- max(d$visit); name <- sub(".csv", "", file)
  d <- d[d$visit == last & !is.na(d$value) & !is.na(d$baseline), ]; d$change <- d$value - d$baseline
  split_by <- split(d$change, d$arm)
  for (arm in names(split_by)) {
    x <- split_by[[arm]]; y <- split_by$control
    rx <- signif(x, 10); exact <- !any(duplicated(abs(rx))) && all(rx != 0)
    q <- quiet(wilcox.test(x, exact = exact, digits.rank = 10)); q$short <- TRUE; q$r$estimate <- NA
    add(name, "signed_rank", arm, q, NA, length(x), NA, if (exact) "exact" else "asymptotic")
    if (arm == "control") next
    exact <- !any(duplicated(signif(c(x, y), 10)))
    q <- quiet(wilcox.test(x, y, exact = exact, digits.rank = 10)); q$short <- TRUE; q$r$estimate <- NA
    add(name, "mann_whitney", arm, q, NA, length(x), length(y), if (exact) "exact" else "asymptotic")
  }
}
write.csv(do.call(rbind, out), "rank_tests.csv", row.names = FALSE, na = "")
write.csv(do.call(rbind, data), "rank_data.csv", row.names = FALSE)
