// Sentences of Amazon Bedrock and of AWS credentials.
export const bedrock: Readonly<Record<string, string>> = {
  'bedrock.noCredential':
    'No AWS credentials were found. Sign in with your team’s AWS tools (for instance “aws sso login”), set AWS_PROFILE, or set AWS_BEARER_TOKEN_BEDROCK; then send the message again.',
  'bedrock.expired':
    'The AWS credentials are not valid any more. Sign in again (for instance with “aws sso login”) and send the message again. The setting awsAuthRefresh can hold the command that does it.',
  'bedrock.keyRejected':
    'Amazon Bedrock did not accept the API key. Correct AWS_BEARER_TOKEN_BEDROCK and send the message again.',
  'bedrock.gatewayRejected':
    'The gateway at {host} did not accept the request without a credential. CLAUDE_CODE_SKIP_BEDROCK_AUTH and CLAUDE_CODE_SKIP_MANTLE_AUTH are only for gateways that add one.',
  'bedrock.clock':
    'AWS refused the signature because of its time. Set the clock of this machine and send the message again.',
  'bedrock.permission':
    'The AWS identity may not use this model in {region}. Ask your administrator for access to it (bedrock:InvokeModelWithResponseStream), or choose another model.',
  'bedrock.model':
    'Amazon Bedrock does not offer the model {model} in {region} in this way. Choose another model, set AWS_REGION or ANTHROPIC_BEDROCK_REGION_PREFIX, or name an inference profile of your account.',
  'bedrock.network':
    'Amazon Bedrock cannot be reached at {host}. Check the network, the proxy and AWS_REGION, then send the message again.',
  'bedrock.address': '{variable} is not an address. Correct it, or take it away, and send the message again.',
  'bedrock.contentType':
    '{host} answered with “{type}” where an event stream of AWS belongs. Check ANTHROPIC_BEDROCK_BASE_URL and any gateway in between.',
  'bedrock.credentials.invalid':
    'The AWS credentials hold a character that cannot be sent, such as a line break. Set them again and send the message again.',
  'bedrock.credentials.timeout':
    'No AWS credentials were found within {seconds} seconds. Check the network and the AWS profile, or raise CLAUDE_CODE_AWS_CHAIN_RESOLVE_TIMEOUT_MS; then send the message again.',
  'bedrock.credentials.network':
    'The service that gives out AWS credentials cannot be reached. Check the network and the proxy, then send the message again.',
  'bedrock.refresh.running': 'The AWS credentials are not valid any more; awsAuthRefresh is running: {command}',
  'bedrock.refresh.says': 'awsAuthRefresh: {text}',
  'bedrock.refresh.failed':
    'The command of the setting awsAuthRefresh did not succeed (exit status {status}). Run it in a terminal to see why, then send the message again.',
  'bedrock.refresh.slow':
    'The command of the setting awsAuthRefresh took more than {minutes} minutes and was ended. Run it in a terminal to see why, then send the message again.',
  'bedrock.export.failed':
    'The command of the setting awsCredentialExport did not succeed (exit status {status}). Run it in a terminal to see why, then send the message again.',
  'bedrock.export.slow':
    'The command of the setting awsCredentialExport took more than {minutes} minutes and was ended. Run it in a terminal to see why, then send the message again.',
  'bedrock.export.invalid':
    'The command of the setting awsCredentialExport did not print AWS credentials as JSON. Correct it and send the message again.',
};
