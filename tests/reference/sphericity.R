# Mauchly's W and its p, Greenhouse and Geisser's epsilon, and the corrected p of arm by visit. Run here: Rscript sphericity.R
# R's mauchly.test has p where its second-order term needs the number of contrasts: its p differs in the fifth digit from three contrasts on.
trials <- "../../workflow/lib/visitwise/tests/reference/trials"
options(digits=15)
out <- list()
for (name in c("balance_4post","rom_uneven","wob_3arm")) {
  d <- read.csv(file.path(trials, paste0(name,".csv")))
  w <- reshape(d[,c("participant","arm","visit","value")], idvar=c("participant","arm"), timevar="visit", direction="wide")
  w <- w[complete.cases(w),]
  Y <- as.matrix(w[,grep("value",names(w))]); fit <- lm(Y ~ factor(w$arm))
  m <- mauchly.test(fit, X=~1)
  a <- anova(fit, X=~1, test="Spherical")
  eps <- attr(a,"heading"); g <- as.numeric(sub(".*epsilon: *","",grep("Greenhouse",eps,value=TRUE)))
  # epsilon at full precision
  k <- ncol(Y); C <- contr.helmert(k); C <- sweep(C,2,sqrt(colSums(C^2)),"/")
  M <- t(C) %*% SSD(fit)$SSD %*% C / fit$df.residual
  e <- sum(diag(M))^2/((k-1)*sum(M*M))
  stopifnot(abs(e-g)<1e-3)
  out[[name]] <- data.frame(trial=name, w=m$statistic, p=m$p.value, epsilon=e, f_arm_visit=a$F[2], p_gg=a[["G-G Pr"]][2])
}
write.csv(do.call(rbind,out), "sphericity.csv", row.names=FALSE)
