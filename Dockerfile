# syntax=docker/dockerfile:1

# The whole project: builds the app, and runs commands such as `npm run doctor`.
FROM node:24-slim AS project
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

# The app alone: what the build has put into .output needs no other package.
FROM node:24-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=project /app/.output ./
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["node", "-e", "const { PORT = 3000, NUXT_APP_BASE_URL: base = '/' } = process.env; fetch(`http://127.0.0.1:${PORT}${base}api/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "server/index.mjs"]
