DROP INDEX `conversations_app`;--> statement-breakpoint
CREATE INDEX `conversations_app` ON `conversations` (`app_key`,`status`,`key`) WHERE kind = 'support';