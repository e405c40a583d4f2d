# Writes a SAS data set: Rscript make_sas.R data.csv labels.csv out.sas7bdat
# Called by make_received.py, which also writes the two CSVs.
library(haven)
paths <- commandArgs(trailingOnly = TRUE)
data <- read.csv(paths[1], na.strings = "", stringsAsFactors = FALSE)
labels <- read.csv(paths[2], stringsAsFactors = FALSE)
for (name in grep("^DT", names(data), value = TRUE)) data[[name]] <- as.Date(data[[name]])
for (k in seq_len(nrow(labels))) attr(data[[labels$name[k]]], "label") <- labels$label[k]
write_sas(data, paths[3])
