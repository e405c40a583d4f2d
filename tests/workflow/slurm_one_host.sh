#!/bin/bash
# Starts a Slurm of one machine (munged, slurmctld, slurmd), as root and without systemd or an accounting database.
# Its files are in FOLDER/slurm-one-host. Outside that folder there are only two links in /etc/slurm, which `down` removes.
# usage: slurm_one_host.sh up|down FOLDER
set -euo pipefail
SLURM_DIR=$2/slurm-one-host
export SLURM_CONF=$SLURM_DIR/slurm.conf
CTLD_PORT=16817 D_PORT=16818

write_conf() {
  local host cpus mem
  host=$(hostname -s); cpus=8 # more than the machine has, so that every group fits: one that does not waits for ever
  mem=$(awk '/MemTotal/{print int($2/1024*0.9)}' /proc/meminfo)
  mkdir -p "$SLURM_DIR"/{state,spool,log}
  chmod 755 "$SLURM_DIR" "$SLURM_DIR"/log
  # Else slurmd looks for the system's.
  echo "CgroupAutomount=no" > "$SLURM_DIR/cgroup.conf"
  cat > "$SLURM_CONF" <<C
ClusterName=onebox
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
SlurmctldPort=$CTLD_PORT
SlurmdPort=$D_PORT
AuthType=auth/munge
AuthInfo=socket=$SLURM_DIR/munge.socket
CredType=cred/munge
StateSaveLocation=$SLURM_DIR/state
SlurmdSpoolDir=$SLURM_DIR/spool
SlurmctldPidFile=$SLURM_DIR/slurmctld.pid
SlurmdPidFile=$SLURM_DIR/slurmd.pid
SlurmctldLogFile=$SLURM_DIR/log/slurmctld.log
SlurmdLogFile=$SLURM_DIR/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,sched_min_interval=100000,bf_interval=1,batch_sched_delay=0
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/filetxt
JobCompLoc=$SLURM_DIR/log/jobcomp.log
MinJobAge=3600
MpiDefault=none
ReturnToService=2
SlurmdParameters=config_overrides
EnforcePartLimits=ALL
SlurmctldTimeout=30
SlurmdTimeout=30
InactiveLimit=0
KillWait=5
Waittime=0
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cpus RealMemory=$mem State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE DefMemPerCPU=$((mem/cpus/2)) State=UP
C
  # Snakemake's plugin takes every SLURM_* variable away from the srun inside a job, SLURM_CONF too: that srun reads the
  # default place. A link that an earlier run of this script left is replaced.
  mkdir -p /etc/slurm
  if [ -e /etc/slurm/slurm.conf ] && [[ $(readlink /etc/slurm/slurm.conf) != */slurm-one-host/slurm.conf ]]; then
    echo "/etc/slurm/slurm.conf belongs to a real Slurm: left alone" >&2
    return 1
  fi
  ln -sfn "$SLURM_CONF" /etc/slurm/slurm.conf
  ln -sfn "$SLURM_DIR/cgroup.conf" /etc/slurm/cgroup.conf
}

up() {
  write_conf
  if [ ! -e "$SLURM_DIR/munge.key" ]; then
    (umask 077; dd if=/dev/urandom of="$SLURM_DIR/munge.key" bs=128 count=1 status=none)
  fi
  munged --force --key-file="$SLURM_DIR/munge.key" --socket="$SLURM_DIR/munge.socket" \
         --pid-file="$SLURM_DIR/munged.pid" --log-file="$SLURM_DIR/log/munged.log" \
         --seed-file="$SLURM_DIR/munge.seed"
  munge -n -S "$SLURM_DIR/munge.socket" | unmunge -S "$SLURM_DIR/munge.socket" >/dev/null
  slurmctld -f "$SLURM_CONF" -c
  slurmd -f "$SLURM_CONF" -N "$(hostname -s)" -c
  for _ in $(seq 1 100); do
    [ "$(sinfo -h -o %t 2>/dev/null)" = idle ] && return
    sleep 0.2
  done
  sinfo || true
  tail -5 "$SLURM_DIR"/log/*.log >&2
  return 1
}

down() {
  if [ "$(readlink /etc/slurm/slurm.conf 2>/dev/null)" = "$SLURM_CONF" ]; then
    rm -f /etc/slurm/slurm.conf /etc/slurm/cgroup.conf
  fi
  for d in slurmd slurmctld munged; do
    f=$SLURM_DIR/$d.pid
    if [ -s "$f" ]; then kill "$(cat "$f")" 2>/dev/null || true; fi
  done
}

case $1 in up) up ;; down) down ;; *) exit 2 ;; esac
