# The tools that build stay in this stage: on Node 20 the SQLite library may have to be compiled.
FROM node:20-bookworm AS build
WORKDIR /replyhq
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:20-bookworm-slim
ENV NODE_ENV=production REPLYHQ_DATA=/data
WORKDIR /replyhq
COPY --from=build /replyhq/package.json ./
COPY --from=build /replyhq/bin/replyhq.cjs ./bin/
COPY --from=build /replyhq/node_modules ./node_modules
COPY --from=build /replyhq/migrations ./migrations
COPY --from=build /replyhq/dist ./dist
RUN ln -s /replyhq/bin/replyhq.cjs /usr/local/bin/replyhq && install -d -o node -g node -m 700 /data
USER node
VOLUME /data
EXPOSE 3000
# Exec form, so that SIGTERM reaches the server itself.
CMD ["replyhq", "serve"]
# A port that stands in replyhq.yaml is not known here: in a container set PORT.
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "const port = process.env.REPLYHQ_PORT || process.env.PORT || 3000; fetch('http://127.0.0.1:' + port + '/ready').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
