using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Downbeat.Data.Migrations.Sqlite
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
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "NewestCorrection",
                table: "Analyses",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<int>(
                name: "OldestCorrection",
                table: "Analyses",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.CreateTable(
                name: "CorrectionSnapshots",
                columns: table => new
                {
                    SongId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Number = table.Column<int>(type: "INTEGER", nullable: false),
                    Json = table.Column<string>(type: "TEXT", nullable: false)
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

            // Each state of the one long text becomes a row. The column is dropped by hand: a rebuilt table would get its new columns only at the end.
            migrationBuilder.Sql(
                """
                INSERT INTO "CorrectionSnapshots" ("SongId", "Number", "Json")
                SELECT a."SongId", s.key, s.value FROM "Analyses" a, json_each(a."CorrectionsJson", '$.States') s WHERE a."CorrectionsJson" IS NOT NULL;
                UPDATE "Analyses"
                SET "CurrentCorrection" = json_extract("CorrectionsJson", '$.At'), "NewestCorrection" = json_array_length("CorrectionsJson", '$.States') - 1
                WHERE "CorrectionsJson" IS NOT NULL;
                ALTER TABLE "Analyses" DROP COLUMN "CorrectionsJson";
                """);
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
                type: "TEXT",
                nullable: true);
        }
    }
}
