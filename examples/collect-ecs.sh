#!/bin/sh
# Fills an inventory folder for `ramspect predict --inventory DIR` by read-only calls of the aliyun CLI.
#
#   collect-ecs.sh DIR REGION [REGION...]
#
# Calls: sts GetCallerIdentity; in each region ecs DescribeInstances, DescribeSecurityGroups (with IsQueryEcsCount),
# DescribeNetworkInterfaces, DescribeSecurityGroupAttribute of each group, DescribeInstanceTypes; all pages of each.
# The manifest, which says that the inventory is complete, is written only when every call has succeeded: a failure
# leaves no DIR, or the DIR of the last success. $ALIYUN names another CLI, $ALIYUN_PROFILE one of its profiles.
#
# Needs no jq: a JSON key is the only place where `"NextToken"` can stand before a colon, because quotes inside a
# string are escaped.
set -eu
LC_ALL=C
export LC_ALL
umask 077

page_size=100
cli=${ALIYUN:-aliyun}

fail() {
    printf 'collect-ecs.sh: %s\n' "$1" >&2
    exit 2
}

[ "$#" -ge 2 ] || fail 'usage: collect-ecs.sh DIR REGION [REGION...]'
dir=$1
shift
case $dir in
'' | / | . | ..) fail 'DIR must be a folder of its own' ;;
-*) dir=./$dir ;;
esac
dir=${dir%/}
for region in "$@"; do
    case $region in
    '' | -* | *[!a-z0-9-]*) fail "not a region: $region" ;;
    esac
done
if [ -e "$dir" ] && [ ! -f "$dir/ramspect-inventory.json" ] && [ -n "$(ls -A "$dir")" ]; then
    fail "$dir exists and is no inventory of this script; name another folder"
fi

# Before the first call: nothing in the inventory is older.
collected_at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
new=$dir.new.$$
old=$dir.old.$$
trap 'rm -rf "$new"' EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM
mkdir -p "$(dirname "$dir")"
mkdir "$new"

# call FILE KEY PRODUCT ACTION ARGUMENT...: one call, its answer in FILE, which must hold the member KEY.
call() {
    file=$1
    key=$2
    shift 2
    if [ -n "${ALIYUN_PROFILE:-}" ]; then
        set -- "$@" --profile "$ALIYUN_PROFILE"
    fi
    "$cli" "$@" >"$file" || fail "failed: $cli $*"
    grep -q "\"$key\"[[:space:]]*:" "$file" || fail "no \"$key\" in the answer to: $cli $*"
}

# values FILE KEY: the text of each member KEY, one a line.
values() {
    tr '\n\r\t' '   ' <"$1" | grep -o "\"$2\" *: *\"[^\"]*\"" | sed 's/^"[^"]*" *: *"\(.*\)"$/\1/' || true
}

# pages NAME KEY PRODUCT ACTION ARGUMENT...: all pages, as $new/NAME.0001.json and so on.
pages() {
    name=$1
    key=$2
    shift 2
    page=1
    token=
    while :; do
        file=$new/$name.$(printf '%04d' "$page").json
        if [ -n "$token" ]; then
            call "$file" "$key" "$@" --NextToken "$token"
        else
            call "$file" "$key" "$@"
        fi
        next=$(values "$file" NextToken)
        case $next in
        '') break ;;
        *\\* | *' '*) fail "cannot read the NextToken in the answer to: $*" ;;
        "$token") fail "the same NextToken twice in answer to: $*" ;;
        esac
        token=$next
        page=$((page + 1))
    done
}

call "$new/caller-identity.json" AccountId sts GetCallerIdentity
account=$(values "$new/caller-identity.json" AccountId)
case $account in
'' | *[!0-9]*) fail 'GetCallerIdentity tells no account' ;;
esac

regions=
for region in "$@"; do
    pages "instances.$region" Instances ecs DescribeInstances \
        --region "$region" --RegionId "$region" --MaxResults "$page_size"
    pages "security-groups.$region" SecurityGroups ecs DescribeSecurityGroups \
        --region "$region" --RegionId "$region" --MaxResults "$page_size" --IsQueryEcsCount true
    pages "network-interfaces.$region" NetworkInterfaceSets ecs DescribeNetworkInterfaces \
        --region "$region" --RegionId "$region" --MaxResults "$page_size"
    pages "instance-types.$region" InstanceTypes ecs DescribeInstanceTypes \
        --region "$region" --RegionId "$region" --MaxResults "$page_size"
    for list in "$new/security-groups.$region".*.json; do
        values "$list" SecurityGroupId
    done | sort -u >"$new/groups"
    while IFS= read -r group; do
        case $group in
        '' | -* | *[!A-Za-z0-9-]*) fail "not the id of a security group: $group" ;;
        esac
        # Its standard input is not the list of groups.
        pages "rules.$group" Permissions ecs DescribeSecurityGroupAttribute \
            --region "$region" --RegionId "$region" --SecurityGroupId "$group" --Direction all \
            --MaxResults "$page_size" </dev/null
    done <"$new/groups"
    rm "$new/groups"
    regions=$regions${regions:+, }\"$region\"
done

cat >"$new/ramspect-inventory.json" <<MANIFEST
{ "ramspect_inventory": 1, "account_id": "$account", "region": [$regions], "collected_at": "$collected_at",
  "complete": ["instance", "securitygroup", "eni"] }
MANIFEST

# The folder changes in one step, or not at all.
if [ -e "$dir" ]; then
    mv "$dir" "$old"
    mv "$new" "$dir" || {
        mv "$old" "$dir"
        fail "cannot write $dir"
    }
    rm -rf "$old"
else
    mv "$new" "$dir"
fi
printf 'collect-ecs.sh: %s: account %s, region(s) %s\n' "$dir" "$account" "$*" >&2
