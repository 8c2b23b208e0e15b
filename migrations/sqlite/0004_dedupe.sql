DROP INDEX `messages_dedupe`;
--> statement-breakpoint
CREATE TABLE `message_dedupe` (
	`conversation_key` integer NOT NULL,
	`dedupe` integer NOT NULL,
	`message_key` integer NOT NULL,
	PRIMARY KEY(`conversation_key`, `dedupe`, `message_key`),
	FOREIGN KEY (`conversation_key`) REFERENCES `conversations`(`key`) ON UPDATE no action ON DELETE cascade
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `message_dedupe` SELECT `conversation_key`, `dedupe`, `key` FROM `messages` WHERE `dedupe` IS NOT NULL ORDER BY 1, 2;
--> statement-breakpoint
INSERT INTO `instance_facts` SELECT 'dedupe_indexed_through', coalesce(max(`key`), 0) FROM `messages`;
