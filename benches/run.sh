#!/bin/sh
# Every bench, one after the other, as one report: benches/run.sh [parse|decide|cedar|process|account|review|analyze]...
# Set CARGO_TARGET_DIR to keep what is built; the peers, a crate of their own, then share it.
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- parse decide cedar process account review analyze

echo "# ramspect $(git rev-parse --short HEAD 2>/dev/null || echo 'without git'), $(date -u +%Y-%m-%d)"
if command -v lscpu >/dev/null; then
    lscpu | grep -E '^(Model name|CPU\(s\)|L2 cache|L3 cache):' | sed 's/  */ /g'
else
    uname -a
fi
rustc --version

for bench in "$@"; do
    echo
    echo "## $bench"
    case $bench in
    cedar) cargo bench --quiet --locked --manifest-path benches/peers/Cargo.toml --bench cedar ;;
    *) cargo bench --quiet --locked --bench "$bench" ;;
    esac
done
