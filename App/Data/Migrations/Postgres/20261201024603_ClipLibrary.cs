using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Downbeat.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class ClipLibrary : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "FootageId",
                table: "Clips",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Generator",
                table: "Clips",
                type: "character varying(64)",
                maxLength: 64,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "Footage",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    OwnerId = table.Column<Guid>(type: "uuid", nullable: false),
                    Title = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    Tags = table.Column<string>(type: "text", nullable: false),
                    Source = table.Column<string>(type: "character varying(24)", maxLength: 24, nullable: false),
                    Prompt = table.Column<string>(type: "text", nullable: true),
                    Generator = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: true),
                    IsKept = table.Column<bool>(type: "boolean", nullable: false),
                    DurationSeconds = table.Column<double>(type: "double precision", nullable: true),
                    Width = table.Column<int>(type: "integer", nullable: false),
                    Height = table.Column<int>(type: "integer", nullable: false),
                    Fps = table.Column<double>(type: "double precision", nullable: true),
                    SizeBytes = table.Column<long>(type: "bigint", nullable: false),
                    HasPreview = table.Column<bool>(type: "boolean", nullable: false),
                    CreatedAt = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    Extension = table.Column<string>(type: "character varying(8)", maxLength: 8, nullable: false),
                    ContentType = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    ContentHash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    FactsJson = table.Column<string>(type: "text", nullable: false),
                    SearchText = table.Column<string>(type: "text", nullable: false)
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

            migrationBuilder.AddForeignKey(
                name: "FK_Clips_Footage_FootageId",
                table: "Clips",
                column: "FootageId",
                principalTable: "Footage",
                principalColumn: "Id");
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
