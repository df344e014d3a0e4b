#!/bin/sh
# Fills a folder for `ramspect import DIR` by read-only calls of the aliyun CLI.
#
#   collect.sh DIR [TARGET...]
#
# Calls: sts GetCallerIdentity; ram ListUsers, ListGroups, ListRoles, ListGroupsForUser of each user, GetRole of each role,
# GetPolicy of each attached policy; resourcemanager ListPolicyAttachments; all pages of each. With TARGETs, which are the
# account, each folder above it and the Root folder, in this order: resourcemanager ListControlPolicyAttachmentsForTarget
# of each and GetControlPolicy. Only the management account may call these: $ALIYUN_MANAGEMENT_PROFILE names a profile of it.
# $ALIYUN names another CLI, $ALIYUN_PROFILE one of its profiles. A failure leaves no DIR, or the DIR of the last success.
#
# File names tell what a response does not: groups-for-user.<user>.<page>.json, control-attachments.<number>.<target>.<page>.json.
#
# Needs no jq: a JSON key is the only place where `"Marker"` can stand before a colon, because quotes inside a string are
# escaped.
set -eu
LC_ALL=C
export LC_ALL
umask 077

page_size=${COLLECT_PAGE_SIZE:-100}
cli=${ALIYUN:-aliyun}

fail() {
    printf 'collect.sh: %s\n' "$1" >&2
    exit 2
}

[ "$#" -ge 1 ] || fail 'usage: collect.sh DIR [TARGET...]'
dir=$1
shift
case $dir in
'' | / | . | ..) fail 'DIR must be a folder of its own' ;;
-*) dir=./$dir ;;
esac
dir=${dir%/}
for target in "$@"; do
    case $target in
    '' | -* | *[!A-Za-z0-9-]*) fail "not an account or folder: $target" ;;
    esac
done
if [ -e "$dir" ] && [ ! -f "$dir/caller-identity.json" ] && [ -n "$(ls -A "$dir")" ]; then
    fail "$dir exists and was not written by this script; name another folder"
fi

new=$dir.new.$$
old=$dir.old.$$
trap 'rm -rf "$new"' EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM
mkdir -p "$(dirname "$dir")"
mkdir "$new"
profile=${ALIYUN_PROFILE:-}

# call FILE KEY PRODUCT ACTION ARGUMENT...: one call, its answer in FILE, which must hold the member KEY.
call() {
    file=$1
    key=$2
    shift 2
    if [ -n "$profile" ]; then
        set -- "$@" --profile "$profile"
    fi
    "$cli" "$@" >"$file" </dev/null || fail "failed: $cli $*"
    grep -q "\"$key\"[[:space:]]*:" "$file" || fail "no \"$key\" in the answer to: $cli $*"
}

# values FILE KEY: the text of each member KEY, one a line.
values() {
    tr '\n\r\t' '   ' <"$1" | grep -o "\"$2\" *: *\"[^\"]*\"" | sed 's/^"[^"]*" *: *"\(.*\)"$/\1/' || true
}

# number FILE KEY: the first number or truth under KEY.
number() {
    tr '\n\r\t' '   ' <"$1" | grep -o "\"$2\" *: *[0-9a-z]*" | sed 's/.*: *//;q' || true
}

# marked NAME KEY PRODUCT ACTION ARGUMENT...: all pages of a list of ram, as $new/NAME.0001.json and so on.
marked() {
    name=$1
    key=$2
    shift 2
    page=1
    marker=
    while :; do
        file=$new/$name.$(printf '%04d' "$page").json
        if [ -n "$marker" ]; then
            call "$file" "$key" "$@" --Marker "$marker"
        else
            call "$file" "$key" "$@"
        fi
        [ "$(number "$file" IsTruncated)" = true ] || break
        next=$(values "$file" Marker)
        case $next in
        '' | *\\* | *' '*) fail "cannot read the Marker in the answer to: $*" ;;
        "$marker") fail "the same Marker twice in answer to: $*" ;;
        esac
        marker=$next
        page=$((page + 1))
    done
}

# numbered NAME KEY PRODUCT ACTION ARGUMENT...: all pages of a list of resourcemanager.
numbered() {
    name=$1
    key=$2
    shift 2
    page=1
    while :; do
        file=$new/$name.$(printf '%04d' "$page").json
        call "$file" "$key" "$@" --PageNumber "$page" --PageSize "$page_size"
        total=$(number "$file" TotalCount)
        case $total in '' | *[!0-9]*) break ;; esac
        [ $((page * page_size)) -lt "$total" ] || break
        page=$((page + 1))
    done
}

# names PATTERN KEY: the values of KEY in all pages, each once; only what can be an argument.
names() {
    for page in "$new"/$1.*.json; do
        [ -e "$page" ] || continue
        values "$page" "$2"
    done | sort -u >"$new/names"
    while IFS= read -r one; do
        case $one in
        '' | -* | *[!A-Za-z0-9._@-]*) fail "not a name: $one" ;;
        esac
    done <"$new/names"
    cat "$new/names"
    rm "$new/names"
}

call "$new/caller-identity.json" AccountId sts GetCallerIdentity
account=$(values "$new/caller-identity.json" AccountId)
case $account in
'' | *[!0-9]*) fail 'GetCallerIdentity tells no account' ;;
esac

marked users Users ram ListUsers --MaxItems "$page_size"
marked groups Groups ram ListGroups --MaxItems "$page_size"
marked roles Roles ram ListRoles --MaxItems "$page_size"
# Each list is a command of its own, so that its failure ends the script.
list=$(names users UserName)
for user in $list; do
    call "$new/groups-for-user.$user.0001.json" Groups ram ListGroupsForUser --UserName "$user"
done
list=$(names roles RoleName)
for role in $list; do
    call "$new/role.$role.json" Role ram GetRole --RoleName "$role"
done
for type in System Custom; do
    numbered "policy-attachments-$type" PolicyAttachments resourcemanager ListPolicyAttachments --PolicyType "$type"
    list=$(names "policy-attachments-$type" PolicyName)
    for policy in $list; do
        call "$new/policy.$type.$policy.json" Policy ram GetPolicy --PolicyType "$type" --PolicyName "$policy"
    done
done

profile=${ALIYUN_MANAGEMENT_PROFILE:-$profile}
level=1
for target in "$@"; do
    call "$new/control-attachments.$(printf '%02d' "$level").$target.0001.json" ControlPolicyAttachments \
        resourcemanager ListControlPolicyAttachmentsForTarget --TargetId "$target"
    level=$((level + 1))
done
list=$(names control-attachments PolicyId)
for policy in $list; do
    call "$new/control-policy.$policy.json" ControlPolicy resourcemanager GetControlPolicy --PolicyId "$policy"
done

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
printf 'collect.sh: %s: account %s\n' "$dir" "$account" >&2
