import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../server/trpc/root';

/** All rules with verdicts, downgrades and settings. */
export type RulesOverview = inferRouterOutputs<AppRouter>['rules']['overview'];
export type RuleShown = RulesOverview['rules'][number];
export type RuleVerdicts = RulesOverview['verdicts'][number];
export type Downgrade = RulesOverview['downgrades'][number];
export type SettingVersion = RulesOverview['settings'][number];
export type RuleProposal = RulesOverview['proposals'][number];
/** What the last 30 days would have had. */
export type RulePreview = inferRouterOutputs<AppRouter>['rules']['preview'];
