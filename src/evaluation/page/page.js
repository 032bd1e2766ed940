/* global uPlot, document, getComputedStyle, addEventListener, matchMedia -- a browser, and what is inlined before this script */
// Draws the charts and filters the questions of the page; without it, the page shows everything but the charts.
(() => {
  const data = JSON.parse(document.getElementById('data').textContent)
  const css = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()
  const font = '12px system-ui'
  const axis = extra => ({ stroke: css('--soft'), grid: { stroke: css('--line'), width: 1 }, ticks: { show: false }, font, ...extra })

  /** There is no half of a passage. */
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5]

  function draw (id, x, y, label, unit) {
    const place = document.getElementById(id)
    if (!place || x.length < 2) return
    place.replaceChildren()
    const options = {
      width: place.clientWidth,
      height: 220,
      cursor: { points: { size: 7 } },
      legend: { show: false },
      scales: { x: { time: false }, y: { range: [0, 100] } },
      axes: [
        axis({ label: unit, labelSize: 16, labelFont: font, size: 30, incrs: steps }),
        axis({ values: (_, ticks) => ticks.map(tick => `${tick} %`), size: 50 }),
      ],
      series: [
        {},
        { label, stroke: css('--accent'), fill: css('--faint'), width: 2, points: { show: x.length < 30, size: 6, fill: css('--accent') } },
      ],
    }
    // eslint-disable-next-line new-cap -- the library's name
    return new uPlot(options, [x, y], place)
  }

  function drawAll () {
    draw('by-rank', data.ranks.map((_, i) => i + 1), data.ranks, 'right source found', 'among the first n passages')
    draw('by-time', data.times.map(([ms]) => ms), data.times.map(([, share]) => share), 'answers', 'ms')
  }

  drawAll()
  let waiting = 0
  addEventListener('resize', () => { clearTimeout(waiting); waiting = setTimeout(drawAll, 150) })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll)

  const search = document.getElementById('search')
  const kind = document.getElementById('kind')
  const shown = document.getElementById('shown')
  const rows = [...document.querySelectorAll('#cases details')]
  function filter () {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean)
    let n = 0
    for (const row of rows) {
      const isKind = kind.value === '' || row.dataset.kind.split(' ').includes(kind.value)
      const fits = isKind && words.every(word => row.textContent.toLowerCase().includes(word))
      row.hidden = !fits
      if (fits) n++
    }
    shown.textContent = `${n} of ${rows.length}`
  }
  search.addEventListener('input', filter)
  kind.addEventListener('change', filter)
  filter()
})()
