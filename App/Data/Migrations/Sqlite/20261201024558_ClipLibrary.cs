using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Downbeat.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class ClipLibrary : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Generator",
                table: "Clips",
                type: "TEXT",
                maxLength: 64,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "Footage",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    OwnerId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Title = table.Column<string>(type: "TEXT", maxLength: 256, nullable: false),
                    Tags = table.Column<string>(type: "TEXT", nullable: false),
                    Source = table.Column<string>(type: "TEXT", maxLength: 24, nullable: false),
                    Prompt = table.Column<string>(type: "TEXT", nullable: true),
                    Generator = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    IsKept = table.Column<bool>(type: "INTEGER", nullable: false),
                    DurationSeconds = table.Column<double>(type: "REAL", nullable: true),
                    Width = table.Column<int>(type: "INTEGER", nullable: false),
                    Height = table.Column<int>(type: "INTEGER", nullable: false),
                    Fps = table.Column<double>(type: "REAL", nullable: true),
                    SizeBytes = table.Column<long>(type: "INTEGER", nullable: false),
                    HasPreview = table.Column<bool>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Extension = table.Column<string>(type: "TEXT", maxLength: 8, nullable: false),
                    ContentType = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    ContentHash = table.Column<string>(type: "TEXT", maxLength: 64, nullable: false),
                    FactsJson = table.Column<string>(type: "TEXT", nullable: false),
                    SearchText = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Footage", x => x.Id);
                    table.ForeignKey(
                        name: "FK_Footage_AspNetUsers_OwnerId",
                        column: x => x.OwnerId,
                        principalTable: "AspNetUsers",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            // A column that brings its foreign key along. A key that is added by itself has the whole table made anew, outside the transaction.
            migrationBuilder.Sql("""ALTER TABLE "Clips" ADD "FootageId" TEXT NULL CONSTRAINT "FK_Clips_Footage_FootageId" REFERENCES "Footage" ("Id");""");

            migrationBuilder.CreateIndex(
                name: "IX_Clips_FootageId",
                table: "Clips",
                column: "FootageId");

            migrationBuilder.CreateIndex(
                name: "IX_Footage_OwnerId_ContentHash",
                table: "Footage",
                columns: new[] { "OwnerId", "ContentHash" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Footage_OwnerId_CreatedAt",
                table: "Footage",
                columns: new[] { "OwnerId", "CreatedAt" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "FK_Clips_Footage_FootageId",
                table: "Clips");

            migrationBuilder.DropTable(
                name: "Footage");

            migrationBuilder.DropIndex(
                name: "IX_Clips_FootageId",
                table: "Clips");

            migrationBuilder.DropColumn(
                name: "FootageId",
                table: "Clips");

            migrationBuilder.DropColumn(
                name: "Generator",
                table: "Clips");
        }
    }
}
