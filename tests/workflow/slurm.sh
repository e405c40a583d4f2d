#!/usr/bin/env bash
# Runs the workflow on a Slurm of one machine that it starts and ends. What it looks at:
# - the bundled cohorts make the same bytes as a local run, in a folder with a blank and an apostrophe in its name,
# - although the first run is killed midway (kill -9): its jobs live on, and the next run cancels them and finishes alone,
# - a fault in a data file is told in the same words as locally, and the exit code is not 0.
# usage: tests/workflow/slurm.sh [RESULTS SECONDS]    the results of a local run of this checkout and how long it took;
#                                                     without them a local run is made
# Needs root, Debian's slurm-wlm and munge, and `make slurm`.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
python=${VENV:-$root/.venv}/bin/python

skip() {
  echo "slurm: skipped, $*"
  exit 0
}
[ "$(id -u)" = 0 ] || skip "only root can start the daemons of Slurm"
command -v slurmctld slurmd munged >/dev/null || skip "slurm-wlm and munge are not installed"
"$python" -c 'import snakemake_executor_plugin_slurm' 2>/dev/null || skip "type \`make slurm\` first"
if [ -e /etc/slurm/slurm.conf ] && [[ $(readlink /etc/slurm/slurm.conf) != */slurm-one-host/slurm.conf ]]; then
  skip "this machine has a Slurm of its own"
fi
unset PYTHONDONTWRITEBYTECODE

work=$(mktemp -d)
export SLURM_CONF=$work/slurm-one-host/slurm.conf
end() {
  timeout -k 5 20 scancel --me 2>/dev/null || true
  timeout -k 5 20 "$root/tests/workflow/slurm_one_host.sh" down "$work" || true
  for _ in $(seq 50); do
    rm -rf "$work" 2>/dev/null && break
    sleep 0.2 # the last jobs are still writing
  done
}
trap end EXIT

fail() {
  echo "slurm: FAILED, $*"
  [ ! -e "$work/said" ] || tail -n 40 "$work/said"
  exit 1
}

# Slurm is asked every second: a real cluster is not (profiles/slurm).
on_slurm=(--workflow-profile "$root/profiles/slurm" --slurm-init-seconds-before-status-checks 1 --seconds-between-status-checks 1)

run() { # run FOLDER OPTION...; what it says goes to $work/said
  timeout -k 10 1200 "$python" -m snakemake -s "$root/Snakefile" -d "$@" >"$work/said" 2>&1
}

copy_plan() { # copy_plan FOLDER
  mkdir -p "$1"
  cp -r "$root/config" "$root/data" "$1"
}

results_differ() { # results_differ RESULTS RESULTS
  diff -rq -x logs -x .snakemake_timestamp "$1" "$2"
}

if [ $# = 2 ]; then
  reference=$1 local_seconds=$2
else
  copy_plan "$work/local"
  start=$SECONDS
  run "$work/local" || fail "the local run failed"
  reference=$work/local/results local_seconds=$((SECONDS - start))
fi

timeout -k 5 60 "$root/tests/workflow/slurm_one_host.sh" up "$work" || fail "Slurm did not start"

# A run that is killed as soon as a cohort has been read.
folder="$work/O'Brien's trials"
copy_plan "$folder"
timeout -k 10 600 "$python" -m snakemake -s "$root/Snakefile" -d "$folder" "${on_slurm[@]}" >"$work/said" 2>&1 &
waiter=$!
for _ in $(seq 1200); do
  compgen -G "$folder/results/cohorts/*/participants.csv" >/dev/null && break
  kill -0 $waiter 2>/dev/null || fail "the run that was to be killed ended by itself"
  sleep 0.25
done
kill -9 "$(pgrep -P $waiter)"
wait $waiter 2>/dev/null && fail "the killed run ended well"
left=$(squeue --me --noheader | wc -l)
[ "$left" -gt 0 ] || fail "the killed run left no job on the cluster: nothing to survive"

# The next run alone.
start=$SECONDS
run "$folder" "${on_slurm[@]}" || fail "the run after the killed one failed"
slurm_seconds=$((SECONDS - start))
grep -q 'were still on the cluster and are cancelled' "$work/said" || fail "the jobs of the killed run were not cancelled"
grep -Ei 'sacct|slurm account|unlock|Traceback|FAIL' "$work/said" && fail "the run said what nobody needs"
[ ! -e "$folder/edited" ] || fail "results of the killed run were taken for edited ones"
results_differ "$reference" "$folder/results" || fail "the results differ"
find "$folder/results" -name '.[0-9]*-*' | grep . && fail "half-written files are left"
jobs=$(grep -c '^\[' "$work/said")
slurm_jobs=$(squeue --me --noheader --states=COMPLETED | wc -l)
files=$(find "$folder/results" -type f -not -path '*/logs/*' -not -name .snakemake_timestamp | wc -l)

# And now there is nothing to do.
run "$folder" "${on_slurm[@]}" || fail "the run with nothing to do failed"
grep -q 'Nothing to do' "$work/said" || fail "a second run found something to do"

# A fault in a data file.
targets=(results/cohorts/ansari2020/descriptives.csv results/cohorts/goonasegaran2022/descriptives.csv)
for place in here cluster; do
  copy_plan "$work/$place"
  sed -i '/^  - dufek2011$/d; /^  - krishnan2021$/d' "$work/$place/config/config.yaml"
  sed -i '3s/,[^,]*$/,many/' "$work/$place/data/ansari2020/ansari2020_synthetic.csv"
done
run "$work/here" "${targets[@]}" && fail "the local run did not see the fault"
sed -n '/^FAIL/,/(log: /p' "$work/said" >"$work/here.told"
run "$work/cluster" "${on_slurm[@]}" -- "${targets[@]}" && fail "the fault was not seen: the exit code is 0"
sed -n '/^FAIL/,/(log: /p' "$work/said" >"$work/cluster.told"
grep -q 'FAIL ingest_cohort ansari2020: .*row 3, column "sebt_post": "many" is not a number' "$work/cluster.told" || fail "no FAIL line"
diff "$work/here.told" "$work/cluster.told" || fail "the fault is told in other words than locally"
results_differ "$work/here/results" "$work/cluster/results" || fail "a faulty cohort leaves other files than locally"

echo "slurm: $files files the same as those of a local run ($local_seconds s) although the first run was killed and left $left Slurm jobs;" \
  "the next run made $jobs jobs in $slurm_jobs Slurm jobs in $slurm_seconds s; a fault was told in the same words; $SECONDS s in all"
