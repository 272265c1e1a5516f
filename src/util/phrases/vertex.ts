// Sentences of Google Vertex AI: what went wrong there, and what to do next.
export const vertex: Readonly<Record<string, string>> = {
  'vertex.noCredential':
    'There are no Google Cloud credentials on this machine. Run “gcloud auth application-default login”, or set GOOGLE_APPLICATION_CREDENTIALS to a key file, and send the message again.',
  'vertex.fileUnreadable':
    'The Google Cloud credentials in {file} cannot be read. Correct GOOGLE_APPLICATION_CREDENTIALS or the rights of the file, and send the message again.',
  'vertex.fileNotJson':
    'The Google Cloud credentials in {file} are not valid JSON. Download the file again, or run “gcloud auth application-default login”.',
  'vertex.fileIncomplete':
    'The Google Cloud credentials in {file} lack something. Download the file again, or run “gcloud auth application-default login”.',
  'vertex.fileType':
    'The Google Cloud credentials in {file} are of the kind “{type}”, which Assent cannot use. Use a service account, a sign-in by gcloud, or workload identity federation.',
  'vertex.program':
    'The Google Cloud credentials in {file} are fetched by a program, which is not started before this folder is trusted. Trust the folder, and send the message again.',
  'vertex.noProject':
    'It is not known which Google Cloud project to use. Set ANTHROPIC_VERTEX_PROJECT_ID to its id, and send the message again.',
  'vertex.expired':
    'The Google Cloud sign-in has expired or was withdrawn. Run “gcloud auth application-default login” and send the message again. The setting gcpAuthRefresh can run it for you.',
  'vertex.authentication':
    'Google Cloud did not accept the credentials. Run “gcloud auth application-default login”, or check GOOGLE_APPLICATION_CREDENTIALS, and send the message again.',
  'vertex.permission':
    'These Google Cloud credentials may not use the model in the project {project}. Ask its owner for the role Vertex AI User, or set ANTHROPIC_VERTEX_PROJECT_ID to another project.',
  'vertex.apiDisabled':
    'Vertex AI is not switched on in the Google Cloud project {project}. Switch on the Vertex AI API there, wait a few minutes, and send the message again.',
  'vertex.billing':
    'The Google Cloud project {project} has no billing account, so it cannot use the model. Link one in the Google Cloud console, and send the message again.',
  'vertex.notFound':
    'The model {model} is not available to the project {project} in the region {region}. Enable it in Model Garden, set CLOUD_ML_REGION to another region, or choose another model.',
  'vertex.tooLarge':
    'The request has {size} MB, and Vertex AI takes at most 30 MB, so it was not sent. Remove attachments, or start a new conversation.',
  'vertex.network':
    'Google Cloud cannot be reached at {host}. Check the network, the proxy, CLOUD_ML_REGION and ANTHROPIC_VERTEX_BASE_URL, then send the message again.',
  'vertex.badAddress':
    'ANTHROPIC_VERTEX_BASE_URL is not an address. Correct it or remove it, and send the message again.',
  'vertex.tokenNetwork':
    'The sign-in service of Google Cloud cannot be reached. Check the network and the proxy, then send the message again.',
  'vertex.refreshing': 'The Google Cloud sign-in has expired. The command of gcpAuthRefresh is running.',
  'vertex.refreshSays': 'gcpAuthRefresh: {text}',
  'vertex.refreshFailed':
    'The command of gcpAuthRefresh did not succeed (exit status {status}). Run it in a terminal to see why.',
  'vertex.refreshSlow':
    'The command of gcpAuthRefresh took more than 3 minutes and was ended. Run it in a terminal to see why.',
};
