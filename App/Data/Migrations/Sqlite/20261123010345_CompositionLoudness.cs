using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Downbeat.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class CompositionLoudness : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<double>(
                name: "LoudnessLufs",
                table: "Compositions",
                type: "REAL",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "TruePeakDbtp",
                table: "Compositions",
                type: "REAL",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "LoudnessLufs",
                table: "Compositions");

            migrationBuilder.DropColumn(
                name: "TruePeakDbtp",
                table: "Compositions");
        }
    }
}
