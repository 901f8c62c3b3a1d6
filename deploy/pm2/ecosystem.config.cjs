// PM2 in front of a bot. Keep the entry that fits: `pm2 start ecosystem.config.cjs --only bot`, then `pm2 save`.

const refusedStaysDown = {
  // PM2 starts again at once and without end, whatever the code. Not after these: a wrong command line, a refused token, a
  // wrong configuration. `--stop-exit-codes` on the command line takes one alone.
  stop_exit_codes: [64, 77, 78],
  // 75 (Graph gave no answer, for 20 s) is tried again. A bot that ends within 5 s is tried 16 times, since each start asks
  // Graph. No restart_delay here: with one, PM2 shows a bot that stays down as `waiting restart`.
  min_uptime: 5_000,
  // After SIGINT, before SIGKILL. PM2's own 1.6 s cut off requests that are under way.
  kill_timeout: 10_000,
}

module.exports = {
  apps: [
    {
      // A bot on Node. The preload verifies the token before the bot's first line, at each start.
      ...refusedStaysDown,
      name: 'bot',
      script: 'app.mjs',
      // Here and not in NODE_OPTIONS, where it would guard PM2 too.
      node_args: '--import whatsapp-token-guard/boot',
      exec_mode: 'fork',
    },
    {
      // A bot in any language, behind `run`, which goes on watching the token.
      ...refusedStaysDown,
      name: 'bot-behind-run',
      script: 'node_modules/.bin/token-guard',
      args: 'run --stop-timeout 8s -- python3 bot.py',
      interpreter: 'none',
      exec_mode: 'fork',
      // The signal to `run` alone, which passes it on: to the whole tree it would reach the bot twice.
      treekill: false,
    },
  ],
}
