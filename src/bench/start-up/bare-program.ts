/** What the start of this binary is compared with: the least that a program with commander can be. Runs when imported. */
import { Command } from 'commander';

new Command('bare').description('Shows its help.').option('--json', 'as JSON').parse();
