using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Downbeat.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class CorrectionSnapshots : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "CurrentCorrection",
                table: "Analyses",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "NewestCorrection",
                table: "Analyses",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "OldestCorrection",
                table: "Analyses",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.CreateTable(
                name: "CorrectionSnapshots",
                columns: table => new
                {
                    SongId = table.Column<Guid>(type: "uuid", nullable: false),
                    Number = table.Column<int>(type: "integer", nullable: false),
                    Json = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_CorrectionSnapshots", x => new { x.SongId, x.Number });
                    table.ForeignKey(
                        name: "FK_CorrectionSnapshots_Analyses_SongId",
                        column: x => x.SongId,
                        principalTable: "Analyses",
                        principalColumn: "SongId",
                        onDelete: ReferentialAction.Cascade);
                });

            // Each state of the one long text becomes a row.
            migrationBuilder.Sql(
                """
                INSERT INTO "CorrectionSnapshots" ("SongId", "Number", "Json")
                SELECT a."SongId", s.place - 1, s.state::text
                FROM "Analyses" a CROSS JOIN LATERAL json_array_elements(a."CorrectionsJson"::json -> 'States') WITH ORDINALITY AS s(state, place)
                WHERE a."CorrectionsJson" IS NOT NULL;
                UPDATE "Analyses"
                SET "CurrentCorrection" = ("CorrectionsJson"::json ->> 'At')::int, "NewestCorrection" = json_array_length("CorrectionsJson"::json -> 'States') - 1
                WHERE "CorrectionsJson" IS NOT NULL;
                """);

            migrationBuilder.DropColumn(
                name: "CorrectionsJson",
                table: "Analyses");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "CorrectionSnapshots");

            migrationBuilder.DropColumn(
                name: "CurrentCorrection",
                table: "Analyses");

            migrationBuilder.DropColumn(
                name: "NewestCorrection",
                table: "Analyses");

            migrationBuilder.DropColumn(
                name: "OldestCorrection",
                table: "Analyses");

            migrationBuilder.AddColumn<string>(
                name: "CorrectionsJson",
                table: "Analyses",
                type: "text",
                nullable: true);
        }
    }
}
