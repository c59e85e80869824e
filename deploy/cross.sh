# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# The engine for another kind of processor: compiled here, against the Debian packages of that one.

# make_sysroot ARCH FOLDER: libraries and headers of the other Debian, once.
make_sysroot() {
  local packages deb list
  [ -f "$2/.made" ] && return 0
  # shellcheck disable=SC2086
  install_missing "to compile for $1" $DEBIAN_CROSS
  # Libraries only: nothing of the other processor is run, so its packages are unpacked and not set up.
  packages=$({ printf '%s\n' $DEBIAN_PLAY | grep -e '-dev$' -e '^libjack'; printf '%s\n' $ARM64_PLUGINS; } | tr '\n' ',')
  say "Fetching the libraries of Debian for $1"
  rm -rf "$2"
  quietly mmdebstrap --mode=root --variant=extract --skip=cleanup/apt --architectures="$1" --include="${packages}libc6-dev,libstdc++-12-dev,pkgconf,doctest-dev" "$DEBIAN_SUITE" "$2" ||
    fail "mmdebstrap failed. Its words are above."
  # Who brings which library, as a system that has them installed would know.
  mkdir -p "$2/var/lib/dpkg/info"
  : >"$2/var/lib/dpkg/status"
  find "$2/var/cache/apt/archives" -name '*.deb' | while IFS= read -r deb; do
    list=$2/var/lib/dpkg/info/$(dpkg-deb -f "$deb" Package)
    dpkg-deb --fsys-tarfile "$deb" | tar -tf - | sed 's#^\.##; s#/$##' >"$list.list"
    dpkg-deb --ctrl-tarfile "$deb" | tar -xO ./shlibs >"$list.shlibs" 2>/dev/null || rm -f "$list.shlibs"
    dpkg-deb -f "$deb" | sed '1a Status: install ok installed' >>"$2/var/lib/dpkg/status"
    printf '\n' >>"$2/var/lib/dpkg/status"
    rm "$deb"
  done
  # Absolute links lead out of the folder.
  find "$2/usr/lib" "$2/lib" -type l 2>/dev/null | while IFS= read -r link; do
    case "$(readlink "$link")" in /*) ln -sfn "$(realpath --relative-to="$(dirname "$link")" "$2$(readlink "$link")")" "$link" ;; esac
  done
  touch "$2/.made"
}

# build_cross ARCH SYSROOT BUILD TARGET-OR-OPTION...: what begins with - is for CMake, the rest is what is made.
build_cross() {
  local triplet root build=$3 word options=() targets=()
  triplet=$(cross_triplet "$1")
  root=$(readlink -f "$2")
  for word in "${@:4}"; do
    case "$word" in -*) options+=("$word") ;; *) targets+=("$word") ;; esac
  done
  mkdir -p "$build"
  cat >"$build/toolchain.cmake" <<END
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
    quietly cmake -S . -B "$build" -G Ninja -DCMAKE_TOOLCHAIN_FILE="$(readlink -f "$build/toolchain.cmake")" -DDOWNBEAT_ADDON=ON \
      -DCMAKE_JS_INC="$ROOT/node_modules/node-api-headers/include" ${options[@]+"${options[@]}"} && quietly ninja -C "$build" "${targets[@]}"
  ) || fail "The build for $1 failed. Its words are above."
}

# build_cross_addons ARCH SYSROOT BUILD: npm's packages that are compiled, against the headers of the Node that loads them.
build_cross_addons() {
  local folder
  for folder in $NPM_ADDONS; do
    folder=node_modules/$folder
    say "Building ${folder##*/} for $1"
    quietly "$(cross_triplet "$1")-g++" --sysroot="$(readlink -f "$2")" -std=c++20 -O2 -fPIC -shared -DNODE_GYP_MODULE_NAME="$(cross_addon_name "$folder")" -DBUILDING_NODE_EXTENSION \
      -I "$(dirname "$(dirname "$(node_program)")")/include/node" -I node_modules/nan -o "$3/$(cross_addon "$folder")" "$folder/src/$(cross_addon_name "$folder").cc" ||
      fail "The build of ${folder##*/} for $1 failed. Its words are above."
  done
}
cross_addon_name() { sed -n "s/.*['\"]target_name['\"]: *['\"]\([^'\"]*\).*/\1/p" "$1/binding.gyp"; }
cross_addon() { printf '%s.node' "$(cross_addon_name "$1")"; }
