using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Downbeat.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Corrections : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "GridPrint",
                table: "Compositions",
                type: "TEXT",
                maxLength: 32,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "CorrectionsJson",
                table: "Analyses",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "CurveBytes",
                table: "Analyses",
                type: "BLOB",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "GridPrint",
                table: "Analyses",
                type: "TEXT",
                maxLength: 32,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "HeardJson",
                table: "Analyses",
                type: "TEXT",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "GridPrint",
                table: "Compositions");

            migrationBuilder.DropColumn(
                name: "CorrectionsJson",
                table: "Analyses");

            migrationBuilder.DropColumn(
                name: "CurveBytes",
                table: "Analyses");

            migrationBuilder.DropColumn(
                name: "GridPrint",
                table: "Analyses");

            migrationBuilder.DropColumn(
                name: "HeardJson",
                table: "Analyses");
        }
    }
}
