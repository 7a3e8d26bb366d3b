export default defineEventHandler((event) => {
  const { has, sessionClaims } = event.context.auth()
  return { lines: checks.map(check => `${JSON.stringify(check)} ${has(check)}`), o: sessionClaims?.o }
})
