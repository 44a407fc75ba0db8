/** `fleetgen completion`: a static script, so that a Tab starts no Node.js; yargs' own would, and knows no values. */
import type { CommandModule } from 'yargs';
import { requestError } from '../../base/errors.js';
import { packageVersion } from '../../base/package.js';
import { standardOutput } from '../../base/standard-output.js';
import { alternatives } from '../../base/text.js';
import { COMMANDS } from '../command-names.js';
import { SHELLS, type Shell } from './shells.js';

const INSTALLING = `bash, with the package bash-completion:
  mkdir -p ~/.local/share/bash-completion/completions
  fleetgen completion bash \\
    > ~/.local/share/bash-completion/completions/fleetgen

bash without it, on macOS for one:
  fleetgen completion bash > ~/.fleetgen-completion.bash
  echo '. ~/.fleetgen-completion.bash' >> ~/.bashrc

zsh; in ~/.zshrc, fpath=(~/.zfunc $fpath) has to stand before compinit:
  mkdir -p ~/.zfunc
  fleetgen completion zsh > ~/.zfunc/_fleetgen

fish:
  mkdir -p ~/.config/fish/completions
  fleetgen completion fish > ~/.config/fish/completions/fleetgen.fish

Then open a new shell. It completes fleetgen, not npx fleetgen; print the
script again when fleetgen has been updated.`;

export const completionCommand: CommandModule<object, { shell: string | undefined }> = {
  command: 'completion [shell]',
  describe: COMMANDS.completion,
  builder: (yargs) =>
    yargs.positional('shell', { type: 'string', describe: alternatives(SHELLS) }).epilogue(INSTALLING),
  handler: async ({ shell }) => {
    const script = await scriptFor(shellOf(shell));
    standardOutput().write(script);
  },
};

function shellOf(text: string | undefined): Shell {
  const shell = SHELLS.find((each) => each === text);
  if (shell !== undefined) return shell;
  const shells = alternatives(SHELLS);
  if (text === undefined) {
    throw requestError(
      'USAGE',
      `completion needs a shell: ${shells}; fleetgen completion --help shows how to install it`,
    );
  }
  throw requestError('USAGE', `there is no completion for "${text}": give ${shells}`);
}

async function scriptFor(shell: Shell): Promise<string> {
  const { commandCatalogue } = await import('./catalogue.js');
  const commands = commandCatalogue();
  const version = packageVersion();
  switch (shell) {
    case 'bash':
      return (await import('./bash-script.js')).bashScript(commands, version);
    case 'zsh':
      return (await import('./zsh-script.js')).zshScript(commands, version);
    case 'fish':
      return (await import('./fish-script.js')).fishScript(commands, version);
  }
}
