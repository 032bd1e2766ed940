// Orders the work of the one embedding thread: questions first, then the passage jobs in turn.

/** Work in many small steps, between which other work may run. */
export interface Job {
  /** Does the next step and resolves to true when another one follows. Settles its own outcome: must not reject. */
  step (): Promise<boolean>
}

export interface Queue {
  /** Runs a task before every waiting step and settles as the task does. */
  runFirst<Result> (task: () => Promise<Result>): Promise<Result>
  /** Adds a job. Jobs take turns step by step, so that a small one does not wait for a large one. */
  add (job: Job): void
  /** Removes a job; a running step of it completes. */
  remove (job: Job): void
  /** Rejects the waiting tasks, drops the jobs and accepts nothing more; resolves when the running task is done. */
  close (error: Error): Promise<void>
}

/** Makes a queue; one task or step runs at a time. */
export function createQueue (): Queue {
  const tasks: { run: () => Promise<void>, reject: (error: Error) => void }[] = []
  let jobs: Job[] = []
  let closed: Error | undefined
  let pumping: Promise<void> | undefined

  async function pump (): Promise<void> {
    for (;;) {
      const task = tasks.shift()
      if (task) {
        await task.run()
        continue
      }
      const job = jobs[0]
      if (!job) return
      const more = await job.step()
      // It may have been removed during the step.
      const at = jobs.indexOf(job)
      if (at < 0) continue
      jobs.splice(at, 1)
      if (more) jobs.push(job)
    }
  }

  function wake (): void {
    pumping ??= pump().finally(() => {
      pumping = undefined
      // Work may have arrived since the pump last looked.
      if (tasks.length > 0 || jobs.length > 0) wake()
    })
  }

  return {
    runFirst<Result> (task: () => Promise<Result>) {
      const { promise, resolve, reject } = Promise.withResolvers<Result>()
      if (closed) reject(closed)
      else tasks.push({ run: () => task().then(resolve, reject), reject })
      wake()
      return promise
    },

    add (job) {
      if (closed) return
      jobs.push(job)
      wake()
    },

    remove (job) {
      jobs = jobs.filter((other) => other !== job)
    },

    async close (error) {
      closed = error
      jobs = []
      for (const task of tasks.splice(0)) task.reject(error)
      await pumping
    }
  }
}
