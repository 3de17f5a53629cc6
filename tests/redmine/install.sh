#!/usr/bin/env bash
# Installs Redmine from Debian's packages, with nothing configured and nothing started: the tests make a server of their own.
set -euo pipefail

dpkg-query -W -f '${Status}' redmine 2>/dev/null | grep -q 'ok installed' && exit 0
command -v apt-get >/dev/null || { echo "no apt-get here: Redmine is installed from Debian's packages" >&2; exit 1; }
[ "$(id -u)" = 0 ] && as_root=() || as_root=(sudo)

"${as_root[@]}" apt-get -qq update
# The Bundler that comes inside Ruby outranks Debian's patched one and finds no gem, so that the package's own set-up fails.
bundler=$(apt-cache policy ruby-bundler | sed -n 's/^ *Candidate: \([0-9.]*\).*/\1/p')
echo 'redmine redmine/instances/default/dbconfig-install boolean false' | "${as_root[@]}" debconf-set-selections
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive BUNDLER_VERSION="$bundler" \
  apt-get -qq install -y --no-install-recommends redmine redmine-sqlite puma >/dev/null
