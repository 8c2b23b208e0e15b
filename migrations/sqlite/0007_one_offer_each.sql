-- Two nodes could ask one agent twice: the later offers end, so that the index below can be made.
UPDATE `offers` SET `ended_at` = `offered_at`, `outcome` = 'withdrawn' WHERE `ended_at` IS NULL AND `key` NOT IN (SELECT min(`key`) FROM `offers` WHERE `ended_at` IS NULL GROUP BY `app_key`, `agent_key`);--> statement-breakpoint
DROP INDEX `offers_open_app`;--> statement-breakpoint
CREATE UNIQUE INDEX `offers_open_agent` ON `offers` (`app_key`,`agent_key`) WHERE "offers"."ended_at" is null;--> statement-breakpoint
CREATE INDEX `offers_declined` ON `offers` (`app_key`,`ended_at`) WHERE "offers"."outcome" = 'declined';