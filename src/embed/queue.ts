// Orders the work of the one embedding thread: questions first, then the passage jobs, the companies in turn.
import { createFairQueue } from '../async/fair-queue.ts'

/** Work in many small steps, between which other work may run. */
export interface Job {
  /** Does the next step and resolves to true when another one follows. Settles its own outcome: must not reject. */
  step (): Promise<boolean>
}

export interface Queue {
  /** Runs a task before every waiting step and settles as the task does. Companies take turns. */
  runFirst<Result> (task: () => Promise<Result>, company?: string): Promise<Result>
  /** Adds a job. Companies, and the jobs of each, take turns step by step, so that a small one does not wait for a large one. */
  add (job: Job, company?: string): void
  /** Removes a job; a running step of it completes. */
  remove (job: Job): void
  /** Rejects the waiting tasks, drops the jobs and accepts nothing more; resolves when the running task is done. */
  close (error: Error): Promise<void>
}

/** Makes a queue; one task or step runs at a time. */
export function createQueue (): Queue {
  const tasks = createFairQueue<{ run: () => Promise<void>, reject: (error: Error) => void }>()
  const jobs = createFairQueue<Job>()
  const companies = new Map<Job, string>()
  let closed: Error | undefined
  let pumping: Promise<void> | undefined

  async function pump (): Promise<void> {
    for (;;) {
      const task = tasks.shift()
      if (task) {
        await task.run()
        continue
      }
      const job = jobs.shift()
      if (!job) return
      const more = await job.step()
      // It may have been removed during the step.
      const company = companies.get(job)
      if (company === undefined) continue
      if (more) jobs.push(company, job)
      else companies.delete(job)
    }
  }

  function wake (): void {
    pumping ??= pump().finally(() => {
      pumping = undefined
      // Work may have arrived since the pump last looked.
      if (tasks.size > 0 || jobs.size > 0) wake()
    })
  }

  return {
    runFirst<Result> (task: () => Promise<Result>, company = '') {
      const { promise, resolve, reject } = Promise.withResolvers<Result>()
      if (closed) reject(closed)
      else tasks.push(company, { run: () => task().then(resolve, reject), reject })
      wake()
      return promise
    },

    add (job, company = '') {
      if (closed) return
      companies.set(job, company)
      jobs.push(company, job)
      wake()
    },

    remove (job) {
      jobs.remove(companies.get(job) ?? '', job)
      companies.delete(job)
    },

    async close (error) {
      closed = error
      for (const [job, company] of companies) jobs.remove(company, job)
      companies.clear()
      for (let task = tasks.shift(); task; task = tasks.shift()) task.reject(error)
      await pumping
    }
  }
}
