// Sentences of Microsoft Foundry: what went wrong there, and what to do next.
export const foundry: Readonly<Record<string, string>> = {
  'foundry.noAddress':
    'It is not known which Foundry resource to use. Set ANTHROPIC_FOUNDRY_RESOURCE to its name, or ANTHROPIC_FOUNDRY_BASE_URL to its address, and send the message again.',
  'foundry.badAddress':
    'ANTHROPIC_FOUNDRY_BASE_URL is not an address. Correct it or remove it, and send the message again.',
  'foundry.badResource':
    'ANTHROPIC_FOUNDRY_RESOURCE is not the name of a resource. It is the first part of the address, before “.services.ai.azure.com”. Correct it, and send the message again.',
  'foundry.noCredential':
    'There are no credentials for Microsoft Foundry. Run “az login”, or set ANTHROPIC_FOUNDRY_API_KEY, and send the message again.',
  'foundry.noCredentialUntrusted':
    'There are no credentials for Microsoft Foundry, and the Azure command line is not asked before this folder is trusted. Trust the folder, or set ANTHROPIC_FOUNDRY_API_KEY, and send the message again.',
  'foundry.entraRefused':
    'Microsoft Entra did not issue a token for Foundry. Check AZURE_TENANT_ID, AZURE_CLIENT_ID and the secret, or run “az login”, and send the message again.',
  'foundry.entraNetwork':
    'Microsoft Entra cannot be reached, so there is no token for Foundry. Check the network, the proxy and AZURE_AUTHORITY_HOST, then send the message again.',
  'foundry.authentication':
    'Microsoft Foundry did not accept the key or token. Check ANTHROPIC_FOUNDRY_API_KEY or ANTHROPIC_FOUNDRY_AUTH_TOKEN, or run “az login”, and send the message again.',
  'foundry.permission':
    'These credentials may not use the Foundry resource {host}. Ask its owner for the role Azure AI User, and send the message again.',
  'foundry.notFound':
    'Foundry has no deployment “{model}” at {host}. A model is called by the name of its deployment: set ANTHROPIC_DEFAULT_OPUS_MODEL, ANTHROPIC_DEFAULT_SONNET_MODEL and ANTHROPIC_DEFAULT_HAIKU_MODEL to yours, or choose another model.',
  'foundry.network':
    'Microsoft Foundry cannot be reached at {host}. Check the network, the proxy, and ANTHROPIC_FOUNDRY_RESOURCE or ANTHROPIC_FOUNDRY_BASE_URL, then send the message again.',
};
