export interface Index {
  readonly name: string;
  /** As it stands after `create index <name>`. */
  readonly on: string;
}

/**
 * Indexes on tables that an older version may be working with, and whose rows nobody has counted. They are built without
 * keeping anybody out, after the migrations and beside the work, so that what they serve is slow until then and never wrong. One
 * that is to look different gets another name.
 */
export const indexes: readonly Index[] = [
  { name: "incident_by_account", on: "on incident_index (account_sid, coalesce(opened_at_ms, changed_at_ms))" },
  { name: "incident_by_number", on: "on incident_index (number)" },
  {
    name: "bucket_of_changes",
    on: `on bucket (account_sid, minute) where series >= 'change:' and series < 'change;'`,
  },
  // For forgetting. No BRIN: its ranges never shrink, and rows that are forgotten make room for new ones.
  { name: "bucket_by_minute", on: "on bucket (minute)" },
  { name: "bucket_of_readings", on: "on bucket (minute) where series ^@ 'reading:'" },
  { name: "approval_pending", on: "on approval_index (number) where status = 'pending'" },
  { name: "audit_record_by_incident", on: "on audit_record (audit_incident(body), sequence)" },
  { name: "audit_record_by_account", on: "on audit_record (audit_account(body), sequence)" },
  { name: "audit_record_by_person", on: "on audit_record (audit_person(body), sequence)" },
  { name: "audit_record_by_time", on: "on audit_record (audit_at_ms(body), sequence)" },
];
