/** What a document may bring along that is not the administrators' alone. */
export interface ImportRights {
  /** Money: opening balances, what policies lend and take back, days of calendars by which use is priced. */
  readonly finance: boolean;
  /** Actor of the person who answers for the import: they give no role that they may not give. Null: nobody, and so none. */
  readonly answerable: string | null;
}
