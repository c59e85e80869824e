# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# The engine for another kind of processor: compiled here, against the Debian packages of that one.

# make_sysroot ARCH FOLDER: libraries and headers of the other Debian, once.
make_sysroot() {
  local packages
  [ -f "$2/.made" ] && return 0
  # shellcheck disable=SC2086
  install_missing "to compile for $1" $DEBIAN_CROSS
  # Libraries only: nothing of the other processor is run, so its packages are unpacked and not set up.
  packages=$(printf '%s\n' $DEBIAN_PLAY | grep -e '-dev$' -e '^libjack' | tr '\n' ',')
  say "Fetching the libraries of Debian for $1"
  rm -rf "$2"
  quietly mmdebstrap --mode=root --variant=extract --architectures="$1" --include="${packages}libc6-dev,libstdc++-12-dev,pkgconf" "$DEBIAN_SUITE" "$2" ||
    fail "mmdebstrap failed. Its words are above."
  # Absolute links lead out of the folder.
  find "$2/usr/lib" "$2/lib" -type l 2>/dev/null | while IFS= read -r link; do
    case "$(readlink "$link")" in /*) ln -sfn "$(realpath --relative-to="$(dirname "$link")" "$2$(readlink "$link")")" "$link" ;; esac
  done
  touch "$2/.made"
}

# build_cross ARCH SYSROOT BUILD
build_cross() {
  local triplet root
  triplet=$(cross_triplet "$1")
  root=$(readlink -f "$2")
  mkdir -p "$3"
  cat >"$3/toolchain.cmake" <<END
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${triplet%%-*})
set(CMAKE_SYSROOT $root)
set(CMAKE_C_COMPILER $triplet-gcc)
set(CMAKE_CXX_COMPILER $triplet-g++)
set(CMAKE_LIBRARY_ARCHITECTURE $triplet)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
END
  say "Building the engine for $1"
  (
    export PKG_CONFIG_SYSROOT_DIR=$root PKG_CONFIG_PATH="" PKG_CONFIG_LIBDIR=$root/usr/lib/$triplet/pkgconfig:$root/usr/share/pkgconfig
    quietly cmake -S . -B "$3" -G Ninja -DCMAKE_TOOLCHAIN_FILE="$(readlink -f "$3/toolchain.cmake")" -DDOWNBEAT_ADDON=ON \
      -DCMAKE_JS_INC="$ROOT/node_modules/node-api-headers/include" && quietly ninja -C "$3" downbeat-addon engine-program
  ) || fail "The build for $1 failed. Its words are above."
}
