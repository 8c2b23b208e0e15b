CREATE TABLE "message_search" (
	"message_key" bigint PRIMARY KEY NOT NULL,
	"words" "tsvector" NOT NULL
);
--> statement-breakpoint
CREATE INDEX "message_search_words" ON "message_search" USING gin ("words");
