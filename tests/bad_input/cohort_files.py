"""Cohort files with faults: told before any data are looked at, each with the key and what is allowed."""

from tests.bad_input.case import (
    COHORT,
    DATA,
    both,
    cohort,
    key,
    moved,
    removed,
    stopped,
    told_in_cohort,
    turned,
    without_key,
    written,
)

LAUGHS = "a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)
OUTSIDE = "file: ../../../../../../../../etc/passwd"

YAML = [
    stopped(
        "cohort_empty",
        written("", COHORT),
        "config/cohorts/trial.yaml: the file is empty. config/README.md explains every key.",
    ),
    stopped(
        "cohort_comments_alone",
        written("# title: A trial\n", COHORT),
        "config/cohorts/trial.yaml: the file is empty. config/README.md explains every key.",
    ),
    stopped(
        "cohort_a_list",
        written("- title: A trial\n", COHORT),
        "config/cohorts/trial.yaml: a list is not a mapping of keys to values. Write each key with a colon and its value.",
    ),
    stopped(
        "cohort_a_text",
        written("A trial\n", COHORT),
        'config/cohorts/trial.yaml: "A trial" is not a mapping of keys to values. Write each key with a colon and its value.',
    ),
    stopped(
        "cohort_two_documents",
        key("---\ntitle: Another"),
        "config/cohorts/trial.yaml, line 38: this cannot be read as YAML (but found another document). Check the colons, quotation marks and indentation of this line and the one above.",
    ),
    told_in_cohort(
        "cohort_tab",
        cohort("  RW: {", "\tRW: {"),
        ", line 13: this cannot be read as YAML (found character '\\t' that cannot start any token). Check the colons, quotation marks and indentation of this line and the one above.",
    ),
    told_in_cohort(
        "cohort_quote_not_closed",
        cohort("title: A small trial", 'title: "A small trial'),
        ", line 32: this cannot be read as YAML (expected <block end>, but found '<scalar>'). Check the colons, quotation marks and indentation of this line and the one above.",
    ),
    told_in_cohort(
        "cohort_brace_not_closed",
        cohort("levels: {", "levels: [{"),
        ", line 32: this cannot be read as YAML (expected ',' or ']', but got '}'). Check the colons, quotation marks and indentation of this line and the one above.",
    ),
    told_in_cohort(
        "cohort_colon_in_text",
        cohort("title: A small trial", "title: Walking: a trial"),
        ", line 1: this cannot be read as YAML (mapping values are not allowed here). Check the colons, quotation marks and indentation of this line and the one above.",
    ),
    told_in_cohort(
        "cohort_key_twice",
        key("title: Another"),
        ', line 38: this cannot be read as YAML (found duplicate key "title"). Keep one of the two.',
    ),
    told_in_cohort(
        "cohort_key_twice_inside",
        cohort("column: age,", "column: age, column: sex,"),
        ', line 31: this cannot be read as YAML (found duplicate key "column"). Keep one of the two.',
    ),
    told_in_cohort(
        "cohort_arm_twice",
        cohort("  CE: {", "  RW: {"),
        ', line 14: this cannot be read as YAML (found duplicate key "RW"). Keep one of the two.',
    ),
    told_in_cohort(
        "cohort_indented_wrongly",
        cohort("    label: Pain\n", "   label: Pain\n"),
        ", line 23: this cannot be read as YAML (expected <block end>, but found '<block mapping start>'). Check the colons, quotation marks and indentation of this line and the one above.",
    ),
    told_in_cohort(
        "cohort_unknown_anchor",
        cohort("title: A small trial", "title: *none"),
        ", line 1: this cannot be read as YAML (found undefined alias 'none'). Check the colons, quotation marks and indentation of this line and the one above.",
    ),
    told_in_cohort(
        "cohort_anchor_in_itself",
        key("assumptions: &a [*a]"),
        ": its anchors (& and *) expand to more than 1,000,000 values. Write the values out.",
    ),
    told_in_cohort(
        "cohort_python_object",
        cohort("title: A small trial", "title: !!python/object/apply:os.system [ls]"),
        ", line 1: this cannot be read as YAML (could not determine a constructor for the tag 'tag:yaml.org,2002:python/object/apply:os.system'). Check the colons, quotation marks and indentation of this line and the one above.",
    ),
    told_in_cohort(
        "cohort_yaml_bomb",
        key(LAUGHS),
        ": its anchors (& and *) expand to more than 1,000,000 values. Write the values out.",
    ),
    told_in_cohort(
        "cohort_yaml_bomb_as_assumptions",
        key(LAUGHS.replace("a9:", "assumptions:")),
        ": its anchors (& and *) expand to more than 1,000,000 values. Write the values out.",
    ),
    stopped(
        "cohort_latin_1",
        turned(lambda content: content.replace(b"A small", b"Ein kleiner f\xfcr"), COHORT),
        "config/cohorts/trial.yaml: this cannot be read as YAML ('utf-8' codec can't decode byte 0xfc in position 20: invalid start byte). Save it as UTF-8 text.",
    ),
    stopped(
        "cohort_utf_16",
        turned(lambda content: content.decode().encode("utf-16"), COHORT),
        "config/cohorts/trial.yaml: this cannot be read as YAML ('utf-8' codec can't decode byte 0xff in position 0: invalid start byte). Save it as UTF-8 text.",
    ),
    stopped(
        "cohort_control_character",
        cohort("A small trial", "A \x07 trial"),
        'config/cohorts/trial.yaml: this cannot be read as YAML (unacceptable character #x0007: special characters are not allowed in "<unicode string>", position 9). Save it as UTF-8 text.',
    ),
    stopped(
        "cohort_nul_bytes",
        written(bytes(100), COHORT),
        'config/cohorts/trial.yaml: this cannot be read as YAML (unacceptable character #x0000: special characters are not allowed in "<unicode string>", position 0). Save it as UTF-8 text.',
    ),
    stopped(
        "cohort_not_a_number",
        cohort("week: 12", "week: .nan"),
        "config/cohorts/trial.yaml: .nan and .inf are not allowed. Write a plain number or null.",
    ),
    stopped(
        "cohort_infinite",
        cohort("week: 12", "week: .inf"),
        "config/cohorts/trial.yaml: .nan and .inf are not allowed. Write a plain number or null.",
    ),
    told_in_cohort(
        "cohort_infinite_by_digits",
        cohort("week: 12", "week: 1e999"),
        ": .nan and .inf are not allowed. Write a plain number or null.",
    ),
    stopped(
        "cohort_deeply_nested",
        key(f"assumptions: {'[' * 2000}{']' * 2000}"),
        f"{COHORT}: lists and mappings are nested more than 100 levels deep. Reduce the nesting.",
    ),
    stopped("cohort_missing", removed(COHORT), 'There is no cohort "trial": config/cohorts/trial.yaml does not exist.'),
    stopped(
        "cohort_with_another_ending",
        lambda project: (project / COHORT).rename(project / f"{COHORT[:-5]}.yml"),
        'There is no cohort "trial": config/cohorts/trial.yaml does not exist.',
    ),
    stopped(
        "cohort_spelt_otherwise",
        lambda project: None,
        'There is no cohort "trail" (did you mean "trial"?): config/cohorts/trail.yaml does not exist.',
        call=("check", "trail"),
    ),
]

KEYS = [
    told_in_cohort(
        "key_misspelt",
        cohort("citation:", "citaton:"),
        ': "citaton" is not an allowed key (did you mean "citation"?). Allowed: "title", "citation", "registration", "provenance", "condition", "design", "randomised", "strata", "comparator_type", "file", "sheet", "header", "skip_rows", "encoding", "decimal", "sha256", "participants_table", "only", "participant", "arm", "visit", "outcome", "value", "baseline_when", "date", "date_order", "side", "index_side", "repeat", "missing" and 15 more.',
        ': the key "citation" is missing. Add it.',
    ),
    told_in_cohort(
        "key_misspelt_optional",
        cohort("withdrawal:", "withdrawals:"),
        ': "withdrawals" is not an allowed key (did you mean "withdrawal"?). Allowed: "title", "citation", "registration", "provenance", "condition", "design", "randomised", "strata", "comparator_type", "file", "sheet", "header", "skip_rows", "encoding", "decimal", "sha256", "participants_table", "only", "participant", "arm", "visit", "outcome", "value", "baseline_when", "date", "date_order", "side", "index_side", "repeat", "missing" and 15 more.',
    ),
    told_in_cohort(
        "key_misspelt_in_outcome",
        cohort("    label: Pain\n", "    lable: Pain\n"),
        ', "outcomes", "pain": "lable" is not an allowed key (did you mean "label"?). Allowed: "instrument", "label", "domain", "unit", "columns", "column", "in_file", "limbs", "trials", "responders", "family", "missing_with", "role", "primary_visit", "smallest_worthwhile_effect", "source".',
        ', "outcomes", "pain": the key "label" is missing. Add it.',
    ),
    told_in_cohort(
        "key_misspelt_in_arm",
        cohort("name: retro,", "nam: retro,"),
        ', "arms", "RW": "nam" is not an allowed key (did you mean "name"?). Allowed: "name", "label", "walks_backward".',
        ', "arms", "RW": the key "name" is missing. Add it.',
    ),
    told_in_cohort(
        "key_misspelt_in_visit",
        cohort("week: 4,", "weeks: 4,"),
        ', "visits", item 2: "weeks" is not an allowed key (did you mean "week"?). Allowed: "name", "week", "label", "in_file".',
        ', "visits", item 2: the key "week" is missing. Add it.',
    ),
    told_in_cohort(
        "key_misspelt_in_covariate",
        cohort("unit: years", "units: years"),
        ', "covariates", "age": "units" is not an allowed key (did you mean "unit"?). Allowed: "column", "label", "unit", "levels".',
    ),
    told_in_cohort(
        "key_misspelt_in_table",
        cohort("{file: data/trial/adsl.csv}", "{path: data/trial/adsl.csv}"),
        ', "participants_table": "path" is not an allowed key. Allowed: "file", "sheet", "header", "skip_rows", "encoding", "decimal", "sha256".',
        ', "participants_table": the key "file" is missing. Add it.',
        shape="tall",
    ),
    told_in_cohort(
        "key_in_capitals",
        cohort("title:", "Title:"),
        ': "Title" is not an allowed key (did you mean "title"?). Allowed: "title", "citation", "registration", "provenance", "condition", "design", "randomised", "strata", "comparator_type", "file", "sheet", "header", "skip_rows", "encoding", "decimal", "sha256", "participants_table", "only", "participant", "arm", "visit", "outcome", "value", "baseline_when", "date", "date_order", "side", "index_side", "repeat", "missing" and 15 more.',
        ': the key "title" is missing. Add it.',
    ),
    told_in_cohort(
        "key_of_another_kind",
        key("published: data/published/evidence.csv"),
        ': "published" is not an allowed key. Allowed: "title", "citation", "registration", "provenance", "condition", "design", "randomised", "strata", "comparator_type", "file", "sheet", "header", "skip_rows", "encoding", "decimal", "sha256", "participants_table", "only", "participant", "arm", "visit", "outcome", "value", "baseline_when", "date", "date_order", "side", "index_side", "repeat", "missing" and 15 more.',
    ),
    told_in_cohort(
        "key_synthetic_set_by_hand",
        key("synthetic: false"),
        ': "synthetic" is not an allowed key. Allowed: "title", "citation", "registration", "provenance", "condition", "design", "randomised", "strata", "comparator_type", "file", "sheet", "header", "skip_rows", "encoding", "decimal", "sha256", "participants_table", "only", "participant", "arm", "visit", "outcome", "value", "baseline_when", "date", "date_order", "side", "index_side", "repeat", "missing" and 15 more.',
    ),
    *(
        told_in_cohort(f"key_missing_{name}", without_key(name), f': the key "{name}" is missing. Add it.')
        for name in (
            *("title", "citation", "provenance", "condition", "design", "randomised", "comparator_type", "file"),
            *("participant", "arm", "arms", "control", "visits", "outcomes"),
        )
    ),
    told_in_cohort(
        "key_missing_label",
        cohort("    label: Pain\n", ""),
        ', "outcomes", "pain": the key "label" is missing. Add it.',
    ),
    told_in_cohort(
        "key_missing_columns",
        cohort("    columns: {baseline: pain_0, week_4: pain_4, week_12: pain_12}\n", ""),
        ', "outcomes", "pain": give "columns" (one column per visit), "column" (one row per visit) or "in_file" (one row per value).',
    ),
    told_in_cohort(
        "key_missing_after",
        cohort("{after: last, reason: why}", "{reason: why}"),
        ', "withdrawal": the key "after" is missing. Add it.',
    ),
    told_in_cohort(
        "key_missing_week", cohort("week: 4, ", ""), ', "visits", item 2: the key "week" is missing. Add it.'
    ),
    told_in_cohort(
        "value_without_outcome",
        cohort("outcome: PARAMCD\n", ""),
        ': "value" also needs "outcome". Add it.',
        shape="tall",
    ),
    told_in_cohort(
        "outcome_without_value",
        cohort("value: AVAL\n", ""),
        ': "outcome" also needs "value", "visit". Add it.',
        shape="tall",
    ),
    told_in_cohort(
        "side_without_visit", key("side: {column: sex, left: 1, right: 2}"), ': "side" also needs "visit". Add it.'
    ),
    told_in_cohort("repeat_without_visit", key("repeat: sex"), ': "repeat" also needs "visit". Add it.'),
    told_in_cohort(
        "effect_without_source",
        cohort("    role: primary\n", "    role: primary\n    smallest_worthwhile_effect: 10\n"),
        ', "outcomes", "pain": "smallest_worthwhile_effect" also needs "source". Add it.',
    ),
]

TYPES = [
    told_in_cohort(
        "title_a_number",
        cohort("title: A small trial", "title: 2024"),
        ', "title": "2024" is not text. Put quotes around it.',
    ),
    told_in_cohort("title_empty", cohort("title: A small trial", "title:"), ', "title": an empty value is not text.'),
    told_in_cohort(
        "title_a_list", cohort("title: A small trial", "title: [A, trial]"), ', "title": a list is not text.'
    ),
    told_in_cohort(
        "randomised_a_text",
        cohort("randomised: true", "randomised: 'yes'"),
        ', "randomised": "yes" is not true or false.',
    ),
    told_in_cohort(
        "randomised_a_number", cohort("randomised: true", "randomised: 1"), ', "randomised": "1" is not true or false.'
    ),
    told_in_cohort(
        "strata_a_text", cohort("strata: [clinic]", "strata: clinic"), ', "strata": "clinic" is not a list.'
    ),
    told_in_cohort(
        "week_a_text",
        cohort("week: 4,", "week: '4',"),
        ', "visits", item 2, "week": "4" is not a number. Write it as a plain number: a decimal point, no comma, no unit, no quotes.',
    ),
    told_in_cohort(
        "week_with_comma",
        cohort("week: 4,", 'week: "4,5",'),
        ', "visits", item 2, "week": "4,5" is not a number. Write it as a plain number: a decimal point, no comma, no unit, no quotes.',
    ),
    told_in_cohort(
        "week_negative",
        cohort("week: 4,", "week: -4,"),
        ', "visits", item 2, "week": "-4" is out of range. Allowed: at least 0.',
    ),
    told_in_cohort(
        "visits_a_mapping",
        both(without_key("visits"), key("visits: {baseline: 0, week_4: 4}")),
        ', "visits": a mapping of keys to values is not a list.',
    ),
    told_in_cohort(
        "visits_one",
        both(without_key("visits"), key("visits: [{name: baseline, week: 0, label: Start}]")),
        ', "visits": at least 2 must be given, but there is 1.',
    ),
    told_in_cohort(
        "visits_none",
        both(without_key("visits"), key("visits: []")),
        ', "visits": at least 2 must be given, but there are 0.',
    ),
    told_in_cohort(
        "arms_a_list",
        both(without_key("arms"), key("arms: [RW, CE]")),
        ', "arms": a list is not a mapping of keys to values.',
    ),
    told_in_cohort(
        "arms_none", both(without_key("arms"), key("arms: {}")), ', "arms": at least 1 must be given, but there are 0.'
    ),
    told_in_cohort(
        "outcomes_a_text",
        both(without_key("outcomes"), key("outcomes: pain")),
        ', "outcomes": "pain" is not a mapping of keys to values.',
    ),
    told_in_cohort(
        "outcomes_none",
        both(without_key("outcomes"), key("outcomes: {}")),
        ', "outcomes": at least 1 must be given, but there are 0.',
    ),
    told_in_cohort(
        "outcome_name_with_space",
        cohort("  flexion:\n", "  trunk flexion:\n"),
        ', "outcomes": "trunk flexion" is not a valid name: use lowercase letters, digits and _, starting with a letter, as in "week_4".',
    ),
    told_in_cohort(
        "outcome_name_upward",
        cohort("  flexion:\n", "  ../x:\n"),
        ', "outcomes": "../x" is not a valid name: use lowercase letters, digits and _, starting with a letter, as in "week_4".',
    ),
    told_in_cohort(
        "arm_name_in_capitals",
        cohort("name: retro,", "name: Retro,"),
        ', "arms", "RW", "name": "Retro" is not a valid name: use lowercase letters, digits and _, starting with a letter, as in "week_4".',
    ),
    told_in_cohort(
        "arm_name_upward",
        cohort("name: retro,", "name: ../retro,"),
        ', "arms", "RW", "name": "../retro" is not a valid name: use lowercase letters, digits and _, starting with a letter, as in "week_4".',
    ),
    told_in_cohort(
        "visit_name_with_space",
        cohort("name: week_4,", "name: week 4,"),
        ', "visits", item 2, "name": "week 4" is not a valid name: use lowercase letters, digits and _, starting with a letter, as in "week_4".',
    ),
    told_in_cohort(
        "covariate_name_with_capital",
        cohort("  clinic: {column", "  Clinic: {column"),
        ', "covariates": "Clinic" is not a valid name: use lowercase letters, digits and _, starting with a letter, as in "week_4".',
    ),
    told_in_cohort(
        "covariate_a_list",
        cohort("  clinic: {column: clinic, label: Clinic}", "  clinic: [clinic]"),
        ', "covariates", "clinic": a list is neither text nor a mapping with the keys column, label, unit, levels.',
    ),
    told_in_cohort(
        "covariate_a_number",
        cohort("  clinic: {column: clinic, label: Clinic}", "  clinic: 5"),
        ', "covariates", "clinic": "5" is neither text nor a mapping with the keys column, label, unit, levels. Put quotes around it.',
    ),
    told_in_cohort(
        "levels_numbers",
        cohort('{"1": female, "2": male}', '{"1": 1, "2": 2}'),
        ', "covariates", "sex", "levels", "1": "1" is not text. Put quotes around it.',
        ', "covariates", "sex", "levels", "2": "2" is not text. Put quotes around it.',
    ),
    told_in_cohort(
        "provenance_unknown",
        cohort("provenance: individual", "provenance: real"),
        ', "provenance": "real" is not allowed. Allowed: "individual", "synthetic".',
    ),
    told_in_cohort(
        "design_unknown",
        cohort("design: parallel", "design: crossover"),
        ', "design": "crossover" is not allowed. Allowed: "parallel", "comparison", "single_group".',
    ),
    told_in_cohort(
        "design_spelt",
        cohort("design: parallel", "design: paralel"),
        ', "design": "paralel" is not allowed (did you mean "parallel"?). Allowed: "parallel", "comparison", "single_group".',
    ),
    told_in_cohort(
        "comparator_unknown",
        cohort("comparator_type: active", "comparator_type: placebo"),
        ', "comparator_type": "placebo" is not allowed. Allowed: "add-on", "active", "none", "not_stated".',
    ),
    told_in_cohort(
        "role_unknown",
        cohort("role: primary", "role: main"),
        ', "outcomes", "pain", "role": "main" is not allowed. Allowed: "primary", "secondary".',
    ),
    told_in_cohort(
        "effect_zero",
        cohort("    role: primary\n", "    role: primary\n    smallest_worthwhile_effect: 0\n    source: us\n"),
        ', "outcomes", "pain", "smallest_worthwhile_effect": "0" is out of range. Allowed: more than 0.',
    ),
    told_in_cohort("decimal_unknown", key("decimal: ;"), ', "decimal": ";" is not allowed. Allowed: ".", ",".'),
    told_in_cohort(
        "date_order_unknown",
        key("date_order: year_first"),
        ', "date_order": "year_first" is not allowed (did you mean "day_first"?). Allowed: "day_first", "month_first".',
    ),
    told_in_cohort(
        "checksum_short",
        key("sha256: abc"),
        ', "sha256": "abc" is not a SHA-256 checksum: write 64 characters, 0 to 9 and a to f.',
    ),
    told_in_cohort(
        "missing_a_text", cohort("missing: [n/a, -99]", "missing: n/a"), ', "missing": "n/a" is not a list.'
    ),
    told_in_cohort(
        "missing_of_lists",
        cohort("missing: [n/a, -99]", "missing: [[n/a], -99]"),
        ', "missing", item 1: a list is not text or a number.',
    ),
    told_in_cohort("skip_rows_a_number", key("skip_rows: 14"), ', "skip_rows": "14" is not a list.'),
    told_in_cohort(
        "skip_rows_zero", key("skip_rows: [0]"), ', "skip_rows", item 1: "0" is out of range. Allowed: at least 1.'
    ),
    told_in_cohort("header_zero", key("header: 0"), ', "header": "0" is neither a whole number nor a list.'),
    told_in_cohort(
        "header_of_three_rows",
        key("header: [1, 2, 3]"),
        ', "header": at most 2 may be given, but there are 3.',
    ),
    told_in_cohort(
        "columns_a_list",
        cohort("{baseline: flexion_0, week_4: flexion_4, week_12: flexion_12}", "[flexion_0, flexion_4]"),
        ', "outcomes", "flexion", "columns": a list is not a mapping of keys to values.',
    ),
    told_in_cohort(
        "column_of_one_trial",
        cohort("baseline: flexion_0", "baseline: [flexion_0]"),
        ', "outcomes", "flexion", "columns", "baseline": at least 2 must be given, but there is 1.',
    ),
    told_in_cohort(
        "column_of_one_limb",
        cohort("baseline: flexion_0", "baseline: {left: flexion_0}"),
        ', "outcomes", "flexion", "columns", "baseline": the key "right" is missing. Add it.',
    ),
    told_in_cohort(
        "side_of_one_word",
        key("index_side: {column: sex, left: 1}"),
        ', "index_side": the key "right" is missing. Add it.',
    ),
    told_in_cohort(
        "only_of_mappings",
        key("only: {sex: {is: 1}}"),
        ', "only", "sex": a mapping of keys to values is neither text or a number nor a list.',
    ),
    told_in_cohort(
        "date_a_number",
        both(without_key("date"), key("date: 2024")),
        ', "date": "2024" is neither text nor a mapping of keys to values. Put quotes around it.',
    ),
]

FILES = [
    told_in_cohort(
        "path_upward",
        cohort(f"file: {DATA}", OUTSIDE),
        ', "file": ../../../../../../../../etc/passwd is outside the working folder. Put the data file in data/ and give that path.',
    ),
    told_in_cohort(
        "path_absolute",
        cohort(f"file: {DATA}", "file: /etc/passwd"),
        ', "file": /etc/passwd is outside the working folder. Put the data file in data/ and give that path.',
    ),
    told_in_cohort(
        "path_upward_and_back",
        cohort(f"file: {DATA}", f"file: data/../../{DATA}"),
        ', "file": data/../../data/trial/trial.csv is outside the working folder. Put the data file in data/ and give that path.',
    ),
    told_in_cohort(
        "path_of_the_home",
        cohort(f"file: {DATA}", "file: ~/trial.csv"),
        ', "file": there is no file ~/trial.csv. Put the data file there or correct the path.',
    ),
    told_in_cohort(
        "path_of_windows",
        cohort(f"file: {DATA}", r"file: C:\data\trial.csv"),
        ', "file": there is no file C:\\data\\trial.csv. Put the data file there or correct the path.',
    ),
    told_in_cohort(
        "path_empty",
        cohort(f"file: {DATA}", "file: ''"),
        ', "file": . is of a type that cannot be read. Allowed: .csv, .tsv, .txt, .xlsx, .xlsm, .xls, .ods, .sav, .zsav, .dta, .sas7bdat, .xpt. Save it as one of these types.',
    ),
    told_in_cohort(
        "path_a_folder",
        cohort(f"file: {DATA}", "file: data/trial"),
        ', "file": data/trial is of a type that cannot be read. Allowed: .csv, .tsv, .txt, .xlsx, .xlsm, .xls, .ods, .sav, .zsav, .dta, .sas7bdat, .xpt. Save it as one of these types.',
    ),
    told_in_cohort(
        "path_an_address",
        cohort(f"file: {DATA}", "file: https://example.org/trial.csv"),
        ', "file": there is no file https:/example.org/trial.csv. Put the data file there or correct the path.',
    ),
    told_in_cohort(
        "path_with_brace",
        moved(DATA, "data/trial/{cohort}.csv"),
        ', "file": data/trial/{cohort}.csv contains a brace, which Snakemake interprets as a wildcard. Rename the file or folder.',
    ),
    told_in_cohort(
        "path_with_nul",
        cohort(f"file: {DATA}", 'file: "data/trial\\0.csv"'),
        ', "file": there is no file data/trial?.csv. Put the data file there or correct the path.',
    ),
    told_in_cohort(
        "path_too_long",
        cohort(f"file: {DATA}", f"file: data/{'x' * 300}.csv"),
        f', "file": there is no file data/{"x" * 300}.csv. Put the data file there or correct the path.',
    ),
    told_in_cohort(
        "path_with_line_break",
        cohort(f"file: {DATA}", 'file: "data/trial/tri\\nal.csv"'),
        ', "file": there is no file data/trial/tri al.csv (did you mean "trial.csv"?). Put the data file there or correct '
        "the path.",
    ),
    told_in_cohort(
        "table_path_upward",
        cohort("{file: data/trial/adsl.csv}", "{file: ../adsl.csv}"),
        ', "participants_table", "file": ../adsl.csv is outside the working folder. Put the data file in data/ and give that path.',
        shape="tall",
    ),
    told_in_cohort(
        "table_missing",
        cohort("{file: data/trial/adsl.csv}", "{file: data/trial/adls.csv}"),
        ', "participants_table", "file": there is no file data/trial/adls.csv (did you mean "adsl.csv"?). Put the data file there or correct the path.',
        shape="tall",
    ),
    told_in_cohort(
        "ending_unknown",
        moved(DATA, "data/trial/trial.numbers"),
        ', "file": data/trial/trial.numbers is of a type that cannot be read. Allowed: .csv, .tsv, .txt, .xlsx, .xlsm, .xls, .ods, .sav, .zsav, .dta, .sas7bdat, .xpt. Save it as one of these types.',
    ),
    told_in_cohort(
        "ending_missing",
        moved(DATA, "data/trial/trial"),
        ', "file": data/trial/trial is of a type that cannot be read. Allowed: .csv, .tsv, .txt, .xlsx, .xlsm, .xls, .ods, .sav, .zsav, .dta, .sas7bdat, .xpt. Save it as one of these types.',
    ),
    told_in_cohort(
        "sheet_of_csv",
        cohort(f"{DATA}\n", f"{DATA}\nsheet: Data\n"),
        ', "sheet": only a spreadsheet has sheets, but this is trial.csv. Remove the key.',
    ),
    told_in_cohort(
        "encoding_of_workbook",
        cohort("sheet: Data\n", "sheet: Data\nencoding: utf-8\n"),
        ', "encoding": only a text file needs an encoding, but this is trial.xlsx. Remove the key.',
        shape="xlsx",
    ),
    told_in_cohort(
        "header_of_spss",
        cohort("trial.sav\n", "trial.sav\nheader: 2\n"),
        ', "header": an SPSS file has no header rows, but this is trial.sav. Remove the key.',
        shape="sav",
    ),
    told_in_cohort(
        "encoding_of_stata",
        cohort("trial.dta\n", "trial.dta\nencoding: cp1252\n"),
        ', "encoding": only a text file needs an encoding, but this is trial.dta. Remove the key.',
        shape="dta",
    ),
    told_in_cohort(
        "encoding_unknown",
        cohort(f"{DATA}\n", f"{DATA}\nencoding: windows\n"),
        ', "encoding": "windows" is not a known encoding. Allowed: for example utf-8, cp1252, mac-roman.',
    ),
    told_in_cohort(
        "encoding_no_text",
        cohort(f"{DATA}\n", f"{DATA}\nencoding: base64\n"),
        ', "encoding": "base64" is not a known encoding. Allowed: for example utf-8, cp1252, mac-roman.',
    ),
    told_in_cohort(
        "header_rows_not_in_sequence",
        cohort("header: [1, 2]", "header: [1, 3]"),
        ', "header": the rows "1", "3" are not consecutive. Give them in the form [3, 4].',
        shape="xlsx",
    ),
    told_in_cohort(
        "header_rows_backward",
        cohort("header: [1, 2]", "header: [2, 1]"),
        ', "header": the rows "2", "1" are not consecutive. Give them in the form [3, 4].',
        shape="xlsx",
    ),
]

NAMES = [
    told_in_cohort(
        "control_unknown",
        cohort("control: exercise", "control: exercize"),
        ', "control": "exercize" is not the name of an arm (did you mean "exercise"?). Allowed: "retro", "exercise".',
    ),
    told_in_cohort(
        "control_the_text_in_the_file",
        cohort("control: exercise", "control: CE"),
        ', "control": "CE" is not the name of an arm. Allowed: "retro", "exercise".',
    ),
    told_in_cohort(
        "arm_name_twice",
        cohort("name: exercise,", "name: retro,"),
        ', "arms": the name "retro" is used twice. Use a different one for each.',
        ', "control": "exercise" is not the name of an arm. Allowed: "retro", "retro".',
    ),
    told_in_cohort(
        "arm_label_twice",
        cohort("label: Exercise}", "label: Retro-walking}"),
        ', "arms": the label "Retro-walking" is used twice. Use a different one for each.',
    ),
    told_in_cohort(
        "visit_name_twice",
        cohort("name: week_12,", "name: week_4,"),
        ', "visits": the name "week_4" is used twice. Use a different one for each.',
        ', "date": "week_12" is not a visit (did you mean "week_4"?). Allowed: "baseline", "week_4", "week_4".',
        ', "outcomes", "pain", "columns": "week_12" is not a visit (did you mean "week_4"?). Allowed: "baseline", "week_4", "week_4".',
        ', "outcomes", "flexion", "columns": "week_12" is not a visit (did you mean "week_4"?). Allowed: "baseline", "week_4", "week_4".',
    ),
    told_in_cohort(
        "visit_column_without_a_name",
        cohort("visit: week\n", 'visit: ""\n'),
        ', "visit": the text is empty. Write the name of the column, or remove the key.',
        shape="long",
    ),
    told_in_cohort(
        "visit_label_twice",
        cohort("label: Week 12", "label: Week 4"),
        ', "visits": the label "Week 4" is used twice. Use a different one for each.',
    ),
    told_in_cohort(
        "visit_text_twice",
        cohort('in_file: "12"', 'in_file: "4"'),
        ', "visits": the in_file "4" is used twice. Use a different one for each.',
        shape="long",
    ),
    told_in_cohort(
        "outcome_label_twice",
        cohort("label: Trunk flexion", "label: Pain"),
        ', "outcomes": the label "Pain" is used twice. Use a different one for each.',
    ),
    told_in_cohort(
        "visit_name_taken",
        cohort("name: week_4,", "name: value,"),
        ', "visits": the name "value" is already taken. Choose another, such as "week_4".',
        ', "date": "week_4" is not a visit (did you mean "week_12"?). Allowed: "baseline", "value", "week_12".',
        ', "outcomes", "pain", "columns": "week_4" is not a visit (did you mean "week_12"?). Allowed: "baseline", "value", "week_12".',
        ', "outcomes", "flexion", "columns": "week_4" is not a visit (did you mean "week_12"?). Allowed: "baseline", "value", "week_12".',
    ),
    told_in_cohort(
        "covariate_name_taken",
        cohort("  clinic: {column", "  arm: {column"),
        ', "covariates": the name "arm" is already taken. Choose another, such as "arm_at_entry".',
        ', "strata": "clinic" is not one of the covariates. Allowed: "age", "sex", "arm". Correct it, or add it to "covariates".',
    ),
    told_in_cohort(
        "covariate_named_like_an_outcome",
        cohort("  age: {column", "  pain: {column"),
        ', "covariates": the name "pain" is already taken. Choose another, such as "pain_at_entry".',
        ', "adjust_for": "age" is not one of the covariates. Allowed: "pain", "sex", "clinic". Correct it, or add it to "covariates".',
    ),
    told_in_cohort(
        "weeks_go_down",
        both(cohort("week: 4,", "week: 40,")),
        ', "visits": the weeks "0", "40", "12" do not increase. List the visits in order, baseline first.',
    ),
    told_in_cohort(
        "weeks_equal",
        cohort("week: 12,", "week: 4,"),
        ', "visits": the weeks "0", "4", "4" do not increase. List the visits in order, baseline first.',
    ),
    told_in_cohort(
        "first_week_not_zero",
        cohort("week: 0,", "week: 1,"),
        ', "visits": the first visit is baseline, so its week must be 0, not 1. Count the weeks from baseline.',
    ),
    told_in_cohort(
        "one_arm_of_two",
        cohort("  RW: {name: retro, label: Retro-walking}\n", ""),
        ', "arms": a parallel design needs at least two arms, but there is only one. Add the other.',
    ),
    told_in_cohort(
        "single_group_of_two",
        both(cohort("design: parallel", "design: single_group"), cohort("randomised: true", "randomised: false")),
        ', "arms": a single_group design has one arm, but there are 2. Set design: comparison or parallel.',
    ),
    told_in_cohort(
        "comparison_randomised",
        cohort("design: parallel", "design: comparison"),
        ', "randomised": a comparison design is not randomised. Set randomised: false, or design: parallel.',
    ),
    told_in_cohort(
        "stratum_unknown",
        cohort("strata: [clinic]", "strata: [clinics]"),
        ', "strata": "clinics" is not one of the covariates (did you mean "clinic"?). Allowed: "age", "sex", "clinic". Correct it, or add it to "covariates".',
    ),
    told_in_cohort(
        "adjust_for_unknown",
        cohort("adjust_for: [age]", "adjust_for: [weight]"),
        ', "adjust_for": "weight" is not one of the covariates. Allowed: "age", "sex", "clinic". Correct it, or add it to "covariates".',
    ),
    told_in_cohort(
        "instrument_unknown",
        cohort("instrument: vas_pain", "instrument: vas_pian"),
        ', "outcomes", "pain", "instrument": "vas_pian" is not in config/instruments.yaml (did you mean "vas_pain"?). Allowed: "vas_pain", "rmdq", "timed_up_and_go", "single_leg_stance", "modified_modified_schober", "sit_and_reach", "goniometry_trunk", "stride_length", "stride_rate". Correct it, or add the instrument there.',
    ),
    told_in_cohort(
        "instrument_far_from_any",
        cohort("instrument: vas_pain", "instrument: mood"),
        ', "outcomes", "pain", "instrument": "mood" is not in config/instruments.yaml. Allowed: "vas_pain", "rmdq", "timed_up_and_go", "single_leg_stance", "modified_modified_schober", "sit_and_reach", "goniometry_trunk", "stride_length", "stride_rate". Correct it, or add the instrument there.',
    ),
    told_in_cohort(
        "unit_unknown",
        cohort("    label: Pain\n", "    label: Pain\n    unit: inch\n"),
        ', "outcomes", "pain", "unit": "inch" is not a unit of vas_pain. Allowed: "mm", "cm". Correct it, or add it to its "other_units" in config/instruments.yaml.',
    ),
    told_in_cohort(
        "visit_unknown_in_columns",
        cohort("week_12: flexion_12", "week12: flexion_12"),
        ', "outcomes", "flexion", "columns": "week12" is not a visit (did you mean "week_12"?). Allowed: "baseline", "week_4", "week_12".',
        ', "outcomes", "flexion", "columns": no column is given for the visit "week_12", the visit of the primary comparison. Add it, or choose another "primary_visit".',
    ),
    told_in_cohort(
        "visit_unknown_in_date",
        cohort("week_12: date_12", "week12: date_12"),
        ', "date": "week12" is not a visit (did you mean "week_12"?). Allowed: "baseline", "week_4", "week_12".',
    ),
    told_in_cohort(
        "primary_visit_unknown",
        cohort("role: primary\n", "role: primary\n    primary_visit: week_6\n"),
        ', "outcomes", "pain", "primary_visit": "week_6" is not a visit after baseline (did you mean "week_4"?). Allowed: "week_4", "week_12".',
    ),
    told_in_cohort(
        "primary_visit_baseline",
        cohort("role: primary\n", "role: primary\n    primary_visit: baseline\n"),
        ', "outcomes", "pain", "primary_visit": "baseline" is not a visit after baseline. Allowed: "week_4", "week_12".',
    ),
    told_in_cohort(
        "primary_visit_without_column",
        cohort(", week_12: pain_12", ""),
        ', "outcomes", "pain", "columns": no column is given for the visit "week_12", the visit of the primary comparison. Add it, or choose another "primary_visit".',
    ),
    told_in_cohort(
        "primary_none",
        cohort("    role: primary\n", ""),
        ', "outcomes": exactly one must have "role: primary", but 0 have it. Choose one.',
    ),
    told_in_cohort(
        "primary_two",
        cohort("label: Trunk flexion\n", "label: Trunk flexion\n    role: primary\n"),
        ', "outcomes": exactly one must have "role: primary", but 2 have it: "pain", "flexion". Choose one.',
    ),
    told_in_cohort(
        "column_given_twice",
        cohort("week_4: flexion_4", "week_4: pain_4"),
        ', "outcomes", "flexion": the column "pain_4" is already used for "outcomes", "pain". Use a different column for each.',
    ),
    told_in_cohort(
        "column_of_participant_and_arm",
        cohort("arm: group", "arm: id"),
        ', "arm": the column "id" is already used for "participant". Use a different column for each.',
    ),
    told_in_cohort(
        "column_of_withdrawal_and_arm",
        cohort("after: last", "after: group"),
        ', "withdrawal", "after": the column "group" is already used for "arm". Use a different column for each.',
    ),
    told_in_cohort(
        "missing_with_unknown",
        cohort("label: Trunk flexion\n", "label: Trunk flexion\n    missing_with: pian\n"),
        ', "outcomes", "flexion", "missing_with": "pian" is not another outcome (did you mean "pain"?). Allowed: "pain".',
    ),
    told_in_cohort(
        "missing_with_itself",
        cohort("label: Trunk flexion\n", "label: Trunk flexion\n    missing_with: flexion\n"),
        ', "outcomes", "flexion", "missing_with": "flexion" is not another outcome. Allowed: "pain".',
    ),
]

SHAPES = [
    told_in_cohort(
        "column_without_visit",
        cohort("columns: {baseline: flexion_0, week_4: flexion_4, week_12: flexion_12}", "column: flexion"),
        ', "outcomes", "flexion": the file has one row per participant ("visit" is not given), so give "columns" instead of "column".',
    ),
    told_in_cohort(
        "columns_with_visit",
        cohort("column: flexion\n", "columns: {baseline: flexion}\n"),
        ', "outcomes", "flexion": the file has one row per participant and visit ("visit" is given), so give "column" instead of "columns".',
        shape="long",
    ),
    told_in_cohort(
        "in_file_without_outcome",
        cohort("column: flexion\n", "in_file: MMST\n"),
        ', "outcomes", "flexion": "in_file" is for files with one row per value, but "outcome" is not given. Give the column instead.',
        shape="long",
    ),
    told_in_cohort(
        "column_with_outcome",
        cohort("in_file: MMST\n", "column: AVAL\n"),
        ', "outcomes", "flexion": the file has one row per value ("outcome" is given), so give "in_file", the text for flexion in the column "PARAMCD".',
        shape="tall",
    ),
    told_in_cohort(
        "trials_not_said",
        cohort("    trials: best\n", ""),
        ', "outcomes", "stance": a visit has several columns, but it is not stated how to combine them. Add "trials".',
        shape="limbs",
    ),
    told_in_cohort(
        "limbs_not_said",
        cohort("    limbs: index\n", ""),
        ', "outcomes", "stance": left and right are given, but it is not stated how to combine them. Add "limbs".',
        shape="limbs",
    ),
    told_in_cohort(
        "limbs_without_sides",
        cohort("label: Trunk flexion\n", "label: Trunk flexion\n    limbs: mean\n"),
        ', "outcomes", "flexion", "limbs": it is not stated which value is left and which is right. Give left and right, or "side".',
    ),
    told_in_cohort(
        "limbs_index_without_column",
        cohort("index_side: {column: affected, left: L, right: R}\n", ""),
        ', "outcomes", "stance", "limbs": no column states which side is the index side. Add "index_side".',
        shape="limbs",
    ),
    told_in_cohort(
        "limbs_unknown",
        cohort("limbs: index", "limbs: both"),
        ', "outcomes", "stance", "limbs": "both" is not allowed. Allowed: "mean", "worse", "index".',
        shape="limbs",
    ),
    told_in_cohort(
        "trials_unknown",
        cohort("trials: best", "trials: first"),
        ', "outcomes", "stance", "trials": "first" is not allowed. Allowed: "mean", "best".',
        shape="limbs",
    ),
    told_in_cohort(
        "trials_best_of_neither",
        cohort("single_leg_stance", "stride_length"),
        ', "outcomes", "stance", "trials": the instrument has no better direction, so no value is best. Use mean.',
        shape="limbs",
    ),
    told_in_cohort(
        "limbs_worse_of_neither",
        cohort("single_leg_stance", "stride_rate"),
        ', "outcomes", "stance", "limbs": the instrument has no better direction, so no value is worse. Use mean.',
        shape="limb_rows",
    ),
    told_in_cohort(
        "left_and_right_alike",
        cohort("left: L, right: R", "left: L, right: L"),
        ', "index_side": left and right are both "L". Use a different text for each.',
        shape="limbs",
    ),
]

ANALYSES = [
    told_in_cohort(
        "label_that_shows_nothing",
        cohort("label: Trunk flexion", 'label: "\\u200b "'),
        ', "outcomes", "flexion", "label": the text is blank. Write the words that readers should see.',
    ),
    told_in_cohort(
        "label_with_a_sign_of_programs",
        cohort("label: Trunk flexion", 'label: "Flex\\uFDD0ion"'),
        ', "outcomes", "flexion", "label": it contains an invalid character (U+FDD0). Retype it.',
    ),
    told_in_cohort(
        "primary_estimator_not_randomised",
        both(cohort("randomised: true", "randomised: false"), key("primary_estimator: ancova")),
        ', "primary_estimator": the groups of a cohort that was not randomised are always compared by their changes in a '
        "mixed model of all visits. Remove the key.",
    ),
    told_in_cohort(
        "family_of_one",
        cohort("label: Trunk flexion\n", "label: Trunk flexion\n    family: all\n"),
        ', "outcomes", "flexion", "family": no other outcome belongs to the family "all", so there is nothing to correct. Give another secondary outcome the same word, or remove the key.',
    ),
    told_in_cohort(
        "family_of_the_primary",
        cohort("label: Pain\n", "label: Pain\n    family: all\n"),
        ', "outcomes", "pain", "family": the primary outcome is tested alone. Remove the key.',
    ),
    told_in_cohort(
        "responders_of_neither",
        both(
            cohort("modified_modified_schober", "stride_rate"),
            cohort("label: Trunk flexion\n", "label: Trunk flexion\n    responders: [{percent: 30, source: a}]\n"),
        ),
        ', "outcomes", "flexion", "responders": the instrument has no better direction, so nobody can be a responder. '
        "Remove the key.",
    ),
    told_in_cohort(
        "responders_twice",
        cohort(
            "label: Pain\n",
            "label: Pain\n    responders: [{percent: 30, source: a}, {percent: 30.000001, source: b, interval: wald}]\n",
        ),
        ', "outcomes", "pain", "responders": the threshold of 30 percent is given twice (compared to six digits). Keep one.',
    ),
]

COHORT_FILES = [*ANALYSES, *YAML, *KEYS, *TYPES, *FILES, *NAMES, *SHAPES]
