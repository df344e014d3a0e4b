#!/bin/sh
# Stands in for the aliyun CLI: two pages of everything, and user text that looks like a token. It logs each call to
# $FAKE_LOG and fails on the call that contains $FAKE_FAIL.
printf '%s\n' "$*" >>"$FAKE_LOG"
case "$*" in
*"${FAKE_FAIL:-nothing fails}"*)
    echo 'ERROR: SDK.ServerError ErrorCode: Throttling.User' >&2
    exit 1
    ;;
esac
case "$*" in *--NextToken\ page2*) last=yes ;; *--NextToken*) exit 3 ;; *) last= ;; esac
next=${last:-page2}
[ "$last" = yes ] && next=
case "$*" in *"--RegionId cn-beijing"*) region=cn-beijing n=${last:+4} n=${n:-3} ;; *) region=cn-hangzhou n=${last:+2} n=${n:-1} ;; esac
case $2 in
GetCallerIdentity)
    echo '{ "AccountId": "1234567890123456", "Arn": "acs:ram::1234567890123456:user/alice", "IdentityType": "RAMUser" }' ;;
DescribeInstances)
    # The CLI prints members over several lines.
    cat <<JSON
{
	"Instances": {
		"Instance": [
			{
				"InstanceId": "i-$n",
				"RegionId": "$region",
				"Description": "say \"NextToken\": \"wrong\" \\\\",
				"Status": "Running",
				"SecurityGroupIds": { "SecurityGroupId": ["sg-$n"] }
			}
		]
	},
	"NextToken": "$next",
	"TotalCount": 2
}
JSON
    ;;
DescribeSecurityGroups)
    case "$*" in *"--IsQueryEcsCount true"*) count=7 ;; *) count=0 ;; esac
    echo "{\"RegionId\":\"$region\",\"NextToken\":\"$next\",\"SecurityGroups\":{\"SecurityGroup\":[{\"SecurityGroupId\":\"sg-$n\",\"VpcId\":\"vpc-a\",\"EcsCount\":$count,\"RuleCount\":9}]}}" ;;
DescribeNetworkInterfaces)
    echo "{\"NextToken\":\"$next\",\"NetworkInterfaceSets\":{\"NetworkInterfaceSet\":[{\"NetworkInterfaceId\":\"eni-$n\",\"ZoneId\":\"$region-h\",\"SecurityGroupIds\":{\"SecurityGroupId\":[\"sg-$n\"]}}]}}" ;;
DescribeInstanceTypes)
    echo "{\"NextToken\":\"$next\",\"InstanceTypes\":{\"InstanceType\":[{\"InstanceTypeId\":\"ecs.t$n\",\"EniIpv6AddressQuantity\":1}]}}" ;;
DescribeSecurityGroupAttribute)
    group=$(printf '%s\n' "$*" | sed 's/.*--SecurityGroupId \([^ ]*\).*/\1/')
    echo "{\"RegionId\":\"$region\",\"SecurityGroupId\":\"$group\",\"InnerAccessPolicy\":\"Accept\",\"NextToken\":\"$next\",\"Permissions\":{\"Permission\":[{\"SecurityGroupRuleId\":\"sgr-$group-$n\"}]}}" ;;
*) exit 4 ;;
esac
