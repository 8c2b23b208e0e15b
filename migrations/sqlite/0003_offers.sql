CREATE TABLE `offers` (
	`key` integer PRIMARY KEY NOT NULL,
	`app_key` integer NOT NULL,
	`conversation_key` integer NOT NULL,
	`entry_key` integer NOT NULL,
	`agent_key` integer NOT NULL,
	`offered_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`ended_at` integer,
	`outcome` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `offers_open` ON `offers` (`conversation_key`) WHERE "offers"."ended_at" is null;--> statement-breakpoint
CREATE INDEX `offers_open_app` ON `offers` (`app_key`) WHERE "offers"."ended_at" is null;--> statement-breakpoint
CREATE INDEX `offers_entry` ON `offers` (`entry_key`);--> statement-breakpoint
CREATE INDEX `offers_agent` ON `offers` (`app_key`,`agent_key`,`key`);