#!/bin/sh
# Stands in for the aliyun CLI: an account in two pages, and user text that looks like a name. It logs each call to $FAKE_LOG
# and fails on the call that contains $FAKE_FAIL.
printf '%s\n' "$*" >>"$FAKE_LOG"
case "$*" in
*"${FAKE_FAIL:-nothing fails}"*)
    printf '%s\n' 'ERROR: SDK.ServerError ErrorCode: Throttling.User' >&2
    exit 1
    ;;
esac
case "$*" in *'--Marker page2'*) last=yes ;; *--Marker*) exit 3 ;; *) last= ;; esac
if [ "$last" = yes ]; then more='"IsTruncated": false'; else more='"IsTruncated": true, "Marker": "page2"'; fi
argument() { printf '%s\n' "$*" | sed "s/.*--$name \([^ ]*\).*/\1/"; }
everything='{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}]}'
case $2 in
GetCallerIdentity)
    printf '%s\n' '{ "AccountId": "1234567890123456", "Arn": "acs:ram::1234567890123456:user/alice", "IdentityType": "RAMUser" }' ;;
ListUsers)
    if [ "$last" = yes ]; then user=bob.b; else user=alice; fi
    cat <<JSON
{
	$more,
	"Users": {
		"User": [
			{
				"UserName": "$user",
				"Comments": "say \"UserName\": \"wrong\" \\\\",
				"CreateDate": "2026-01-01T00:00:00Z"
			}
		]
	}
}
JSON
    ;;
ListGroups) printf '%s\n' '{"IsTruncated":false,"Groups":{"Group":[{"GroupName":"dev","CreateDate":"2026-01-01T00:00:00Z"}]}}' ;;
ListRoles)
    if [ "$last" = yes ]; then role=AliyunServiceRoleForX; else role=Deployer; fi
    printf '%s\n' "{$more,\"Roles\":{\"Role\":[{\"RoleName\":\"$role\",\"Arn\":\"acs:ram::1234567890123456:role/$role\"}]}}" ;;
ListGroupsForUser)
    case "$*" in *alice*) group='{"GroupName":"dev","JoinDate":"2026-01-01T00:00:00Z"}' ;; *) group= ;; esac
    printf '%s\n' "{\"Groups\":{\"Group\":[$group]}}" ;;
GetRole)
    name=RoleName role=$(argument "$@")
    printf '%s\n' "{\"Role\":{\"RoleName\":\"$role\",\"Arn\":\"acs:ram::1234567890123456:role/$role\",\"AssumeRolePolicyDocument\":\"{\\\"Version\\\":\\\"1\\\",\\\"Statement\\\":[{\\\"Effect\\\":\\\"Allow\\\",\\\"Action\\\":\\\"sts:AssumeRole\\\",\\\"Principal\\\":{\\\"RAM\\\":\\\"acs:ram::1234567890123456:root\\\"}}]}\"}}" ;;
ListPolicyAttachments)
    case "$*" in
    *System*) printf '%s\n' '{"TotalCount":1,"PolicyAttachments":{"PolicyAttachment":[{"PolicyName":"AdministratorAccess","PolicyType":"System","PrincipalName":"Deployer@role.x.onaliyunservice.com","PrincipalType":"ServiceRole","ResourceGroupId":"1234567890123456"}]}}' ;;
    *'PageNumber 1 '*) printf '%s\n' '{"TotalCount":3,"PolicyAttachments":{"PolicyAttachment":[{"PolicyName":"ops","PolicyType":"Custom","PrincipalName":"alice@x.onaliyun.com","PrincipalType":"IMSUser","ResourceGroupId":"rg-1"},{"PolicyName":"dev-ecs","PolicyType":"Custom","PrincipalName":"dev@group.x.onaliyun.com","PrincipalType":"IMSGroup","ResourceGroupId":"1234567890123456"}]}}' ;;
    *) printf '%s\n' '{"TotalCount":3,"PolicyAttachments":{"PolicyAttachment":[{"PolicyName":"ops","PolicyType":"Custom","PrincipalName":"bob.b@x.onaliyun.com","PrincipalType":"IMSUser","ResourceGroupId":"1234567890123456"}]}}' ;;
    esac ;;
GetPolicy)
    name=PolicyName policy=$(argument "$@")
    name=PolicyType type=$(argument "$@")
    document="{\\\"Version\\\":\\\"1\\\",\\n\\\"Statement\\\":[{\\\"Effect\\\":\\\"Allow\\\",\\\"Action\\\":\\\"ecs:*\\\",\\\"Resource\\\":\\\"*\\\"}]}"
    printf '%s\n' "{\"Policy\":{\"PolicyName\":\"$policy\",\"PolicyType\":\"$type\"},\"DefaultPolicyVersion\":{\"IsDefaultVersion\":true,\"PolicyDocument\":\"$document\"}}" ;;
ListControlPolicyAttachmentsForTarget)
    case "$*" in *r-root*) more=',{"PolicyId":"cp-1","PolicyName":"guard","PolicyType":"Custom"}' ;; *) more= ;; esac
    printf '%s\n' "{\"ControlPolicyAttachments\":{\"ControlPolicyAttachment\":[{\"PolicyId\":\"FullAliyunAccess\",\"PolicyName\":\"FullAliyunAccess\",\"PolicyType\":\"System\"}$more]}}" ;;
GetControlPolicy)
    case "$*" in
    *cp-1*) printf '%s\n' '{"ControlPolicy":{"PolicyId":"cp-1","PolicyName":"guard","PolicyDocument":"{\"Version\":\"1\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"ecs:Delete*\",\"Resource\":\"*\"}]}"}}' ;;
    *) printf '%s\n' "{\"ControlPolicy\":{\"PolicyId\":\"FullAliyunAccess\",\"PolicyName\":\"FullAliyunAccess\",\"PolicyDocument\":\"$everything\"}}" ;;
    esac ;;
*) exit 4 ;;
esac
