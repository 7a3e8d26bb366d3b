import type { ReconcileReport } from '../../shared/sync.ts'
import { collection } from './connection.ts'
import { durable } from './durable.ts'

type ReportDocument = ReconcileReport & { _id: 'reconcile' }

const reports = () => collection<ReportDocument>('reports')

/** Keeps the last report of a reconcile. */
export async function writeReport(report: ReconcileReport): Promise<void> {
  await (await reports()).replaceOne({ _id: 'reconcile' }, report, { upsert: true, writeConcern: durable })
}

export async function readReport(): Promise<ReconcileReport | null> {
  return (await reports()).findOne({ _id: 'reconcile' }, { projection: { _id: 0 } })
}
