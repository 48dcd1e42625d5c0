using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Downbeat.Data.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Turns : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Jobs_RootId",
                table: "Jobs");

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_RootId_OwnerId",
                table: "Jobs",
                columns: new[] { "RootId", "OwnerId" });

            migrationBuilder.DropIndex(
                name: "IX_Jobs_Status_Kind_Rank_DueAt",
                table: "Jobs");

            migrationBuilder.AddColumn<long>(
                name: "TurnRank",
                table: "Jobs",
                type: "bigint",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_OwnerId_Kind_TurnRank",
                table: "Jobs",
                columns: new[] { "OwnerId", "Kind", "TurnRank" });

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Status_Kind_OwnerId_Rank_DueAt",
                table: "Jobs",
                columns: new[] { "Status", "Kind", "OwnerId", "Rank", "DueAt" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Jobs_RootId_OwnerId",
                table: "Jobs");

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_RootId",
                table: "Jobs",
                column: "RootId");

            migrationBuilder.DropIndex(
                name: "IX_Jobs_OwnerId_Kind_TurnRank",
                table: "Jobs");

            migrationBuilder.DropIndex(
                name: "IX_Jobs_Status_Kind_OwnerId_Rank_DueAt",
                table: "Jobs");

            migrationBuilder.DropColumn(
                name: "TurnRank",
                table: "Jobs");

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Status_Kind_Rank_DueAt",
                table: "Jobs",
                columns: new[] { "Status", "Kind", "Rank", "DueAt" });
        }
    }
}
