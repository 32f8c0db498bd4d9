# One image for every process; compose.yaml says which one a container runs.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --fetch-timeout=30000
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/.next .next
COPY --from=build /app/dist dist
COPY --from=build /app/package.json /app/package-lock.json /app/next.config.js ./
COPY --from=build /app/components/i18n components/i18n
COPY --from=build /app/scripts/run.mjs /app/scripts/endWithParent.mjs scripts/
USER node
EXPOSE 3000
CMD ["node", "--enable-source-maps", "dist/server.mjs"]
