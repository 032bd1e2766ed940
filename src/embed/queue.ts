// The order in which the one embedding thread is asked: questions first, then the passages' jobs in turn.

/** Work in many small steps, between which others may go first. */
export interface Job {
  /** Does the next step and says whether there is another. Settles its own outcome: must not reject. */
  step (): Promise<boolean>
}

export interface Queue {
  /** Runs a task before every step that waits. Gives the task's own outcome. */
  first<Result> (task: () => Promise<Result>): Promise<Result>
  /** Adds a job; jobs take turns step by step, so that a small one does not wait for a large one. */
  add (job: Job): void
  /** Takes a job out again; a step of it that runs goes on to its end. */
  remove (job: Job): void
  /** Rejects the tasks that wait, forgets the jobs, takes nothing more; resolves when the running one is done. */
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
      // It may have been removed meanwhile.
      const at = jobs.indexOf(job)
      if (at < 0) continue
      jobs.splice(at, 1)
      if (more) jobs.push(job)
    }
  }

  function wake (): void {
    pumping ??= pump().finally(() => {
      pumping = undefined
      // Something came between the last look and this moment.
      if (tasks.length > 0 || jobs.length > 0) wake()
    })
  }

  return {
    first<Result> (task: () => Promise<Result>) {
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
