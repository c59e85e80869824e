# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# What makes a computer a box, beside the package: shared by deploy/install and deploy/image. Each is a file of its own
# in a folder that systems have for such files, so that undoing it is deleting it.

# Source, place, and what it is for.
box_files() {
  cat <<'END'
systemd/downbeat-watchdog.conf /etc/systemd/system.conf.d/downbeat-watchdog.conf the board starts again when its system stands still
systemd/downbeat-governor.conf /etc/tmpfiles.d/downbeat-governor.conf processors stay at their full clock
systemd/downbeat-limits.conf /etc/security/limits.d/downbeat.conf realtime and locked memory for people of the group audio
systemd/90-downbeat-wifi.rules /etc/udev/rules.d/90-downbeat-wifi.rules Wi-Fi power save is off, which shakes Ableton Link
systemd/downbeat-wifi.conf /etc/NetworkManager/conf.d/downbeat-wifi.conf the same where NetworkManager keeps the network
END
}

# config_block [SERIAL]: what the firmware of a Raspberry Pi is told.
config_block() {
  printf '%s\n' "$BLOCK_BEGIN" "[all]" "dtparam=i2c_arm=on" "dtparam=audio=on"
  if [ "${1:-}" = serial ]; then printf '%s\n' "enable_uart=1" "dtoverlay=disable-bt"; fi
  printf '%s\n' "$BLOCK_END"
}
BLOCK_BEGIN="# downbeat: from here"
BLOCK_END="# downbeat: to here"

# A file without our block.
without_block() {
  awk -v from="$BLOCK_BEGIN" -v to="$BLOCK_END" '$0 == from { inside = 1 } !inside { print } $0 == to { inside = 0 }' "$1"
}
