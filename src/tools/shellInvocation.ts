// How each shell is started so that it runs exactly the text that was approved.
import type { ShellKind } from './findShell.ts';

export type Invocation = { args: string[]; env: Record<string, string> };

/** Variables that carry the approved text to PowerShell, and the name of the file for the folder; taken out at once. */
export const COMMAND_VARIABLE = 'ASSENT_COMMAND';
export const FOLDER_VARIABLE = 'ASSENT_FOLDER_FILE';

/**
 * Constant, so nothing of a command can end or change it, and without a quote, so that one way of quoting it is right.
 *
 * The text travels in the environment: there it has no quoting rules, and its UTF-16 arrives as it was. As an argument it
 * would pass two parsers of command lines; `-Command -` reads line by line, so that a block ends at the wrong place;
 * `-File` needs a policy that allows scripts. `Invoke-Expression` parses the text as one script of its own, whole or not
 * at all, and is there too where a policy limits the language. `exit` within the text ends the process with its code, by
 * way of `finally`.
 */
const BOOTSTRAP = [
  "$ProgressPreference = 'SilentlyContinue'",
  // Fails where a policy limits the language: output is then in the code page of the system.
  'try { [Console]::OutputEncoding = $OutputEncoding = New-Object System.Text.UTF8Encoding $false } catch { }',
  `$assent = @{ Text = $env:${COMMAND_VARIABLE}; File = $env:${FOLDER_VARIABLE}; Failed = $true }`,
  `$env:${COMMAND_VARIABLE} = $env:${FOLDER_VARIABLE} = $null`,
  '$global:LASTEXITCODE = 0',
  [
    'try { Microsoft.PowerShell.Utility\\Invoke-Expression -Command $assent.Text; $assent.Failed = -not $? }',
    'finally { if ($assent.File) { Microsoft.PowerShell.Management\\Set-Content -LiteralPath $assent.File -Encoding UTF8',
    '-Value (Microsoft.PowerShell.Management\\Get-Location -PSProvider FileSystem).ProviderPath } }',
  ].join(' '),
  'if ($LASTEXITCODE) { exit $LASTEXITCODE }',
  'if ($assent.Failed) { exit 1 }',
].join('; ');

export function shellInvocation(kind: ShellKind, command: string): Invocation {
  if (kind === 'bash') return { args: ['--noprofile', '--norc', '-c', '--', command], env: {} };
  return {
    // Text output: redirected streams would else be XML. The execution policy of the machine is left as it is.
    args: ['-NoLogo', '-NoProfile', '-NonInteractive', '-OutputFormat', 'Text', '-Command', BOOTSTRAP],
    env: { [COMMAND_VARIABLE]: command },
  };
}
