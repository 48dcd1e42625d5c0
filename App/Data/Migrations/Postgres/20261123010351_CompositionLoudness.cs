using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Downbeat.Data.Migrations.Postgres
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
                type: "double precision",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "TruePeakDbtp",
                table: "Compositions",
                type: "double precision",
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
