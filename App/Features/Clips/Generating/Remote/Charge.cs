using Downbeat.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Downbeat.Features.Clips.Generating.Remote;

/// <summary>What was spent on a clip. It stays when the clip goes.</summary>
internal sealed class Charge
{
    /// <summary>Identity, UUID version 7.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Who spent it.</summary>
    public Guid OwnerId { get; init; }

    /// <summary>The clip.</summary>
    public Guid ClipId { get; init; }

    /// <summary>The service's own name of the work; empty until it has answered, null once the work has come to its end.</summary>
    public string? RemoteId { get; set; }

    /// <summary>How much, in ten-thousandths of the currency: whole numbers add up the same in every database.</summary>
    public long Amount { get; init; }

    /// <summary>When.</summary>
    public DateTimeOffset At { get; init; }

    internal sealed class Table : IEntityTypeConfiguration<Charge>
    {
        public void Configure(EntityTypeBuilder<Charge> charge)
        {
            charge.ToTable("Charges");
            charge.Property(c => c.RemoteId).HasMaxLength(200);
            charge.HasIndex(c => new { c.OwnerId, c.At });
            charge.HasIndex(c => c.At);
            charge.HasIndex(c => c.ClipId);
            charge.HasOne<User>().WithMany().HasForeignKey(c => c.OwnerId).OnDelete(DeleteBehavior.Cascade);
        }
    }
}

/// <summary>Keeps what is spent within its limits.</summary>
internal sealed class ChargeBook(IDbContextFactory<StudioDb> databases, Microsoft.Extensions.Options.IOptions<RemoteOptions> options, TimeProvider clock)
{
    private const decimal Scale = 10_000;

    /// <summary>Refuses what would go over today's limits.</summary>
    /// <param name="ownerId">Who wants to spend.</param>
    /// <param name="clips">How many clips.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="StudioProblem">409 <c>generator.limit_reached</c>.</exception>
    public async Task EnsureAsync(Guid ownerId, int clips, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        await EnsureAsync(db, ownerId, clips, stop);
    }

    /// <summary>Notes that a clip is about to be paid for, unless that goes over today's limits.</summary>
    /// <exception cref="StudioProblem">409 <c>generator.limit_reached</c>.</exception>
    public Task<Charge> SpendAsync(Guid ownerId, Guid clipId, CancellationToken stop) => databases.InTurnOfAsync(
        ownerId,
        async db =>
        {
            await EnsureAsync(db, ownerId, 1, stop);
            var charge = new Charge { OwnerId = ownerId, ClipId = clipId, RemoteId = "", Amount = (long)(options.Value.CostPerClip * Scale), At = clock.GetUtcNow() };
            db.Set<Charge>().Add(charge);
            await db.SaveChangesAsync(stop);
            return charge;
        },
        stop);

    /// <summary>Takes a charge back: the service did not take the work.</summary>
    public async Task TakeBackAsync(Charge charge)
    {
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        await db.Set<Charge>().Where(row => row.Id == charge.Id).ExecuteDeleteAsync(CancellationToken.None);
    }

    /// <summary>Notes the service's own name of the work, so that a later attempt goes on with it instead of paying again.</summary>
    public async Task NoteAsync(Charge charge, string remoteId)
    {
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        await db.Set<Charge>().Where(row => row.Id == charge.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.RemoteId, remoteId), CancellationToken.None);
    }

    /// <summary>The work on a clip has come to its end: what follows is paid for anew.</summary>
    public async Task CloseAsync(Guid clipId)
    {
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        await db.Set<Charge>().Where(row => row.ClipId == clipId && row.RemoteId != null).ExecuteUpdateAsync(set => set.SetProperty(row => row.RemoteId, (string?)null), CancellationToken.None);
    }

    /// <summary>What was spent on a clip whose work has not come to its end; null for nothing.</summary>
    public async Task<Charge?> FindOpenAsync(Guid clipId, CancellationToken stop)
    {
        await using var db = await databases.CreateDbContextAsync(stop);
        return await db.Set<Charge>().AsNoTracking().Where(row => row.ClipId == clipId && row.RemoteId != null).OrderByDescending(row => row.Id).FirstOrDefaultAsync(stop);
    }

    private async Task EnsureAsync(StudioDb db, Guid ownerId, int clips, CancellationToken stop)
    {
        var wanted = (long)(clips * options.Value.CostPerClip * Scale);
        var today = new DateTimeOffset(clock.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        var spent = db.Set<Charge>().Where(charge => charge.At >= today);
        if (options.Value.MaxCostPerPersonAndDay is { } own && await spent.Where(charge => charge.OwnerId == ownerId).SumAsync(charge => charge.Amount, stop) + wanted > (long)(own * Scale))
        {
            throw new StudioProblem(409, "generator.limit_reached", $"That would cost more than the {own:0.##} that you may spend on clips in a day. Ask for fewer, go on tomorrow (UTC), or have clips drawn by the built-in generator.");
        }

        if (options.Value.MaxCostPerDay is { } all && await spent.SumAsync(charge => charge.Amount, stop) + wanted > (long)(all * Scale))
        {
            throw new StudioProblem(409, "generator.limit_reached", $"That would cost more than the {all:0.##} that this studio spends on clips in a day. Go on tomorrow (UTC), or have clips drawn by the built-in generator.");
        }
    }
}
