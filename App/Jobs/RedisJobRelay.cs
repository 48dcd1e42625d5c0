using System.Text.Json;
using StackExchange.Redis;

namespace Downbeat.Jobs;

/// <summary>Repeats the board's changes between instances over one Redis channel. A lost message costs nothing lasting: the row is the truth.</summary>
internal sealed class RedisJobRelay(IConnectionMultiplexer redis, JobBoard board, ILogger<RedisJobRelay> logger) : IHostedService
{
    private static readonly RedisChannel Channel = RedisChannel.Literal("downbeat:jobs");
    private readonly Guid node = Guid.NewGuid();

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await redis.GetSubscriber().SubscribeAsync(Channel, (_, message) => Receive(message!));
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            // The subscription is known to the connection, which makes up for it when Redis comes.
            logger.LogWarning("Redis does not answer; until it does nothing is heard of the jobs of other instances ({Reason})", e.Message);
        }

        board.ChangedHere += Send;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        board.ChangedHere -= Send;
        await redis.GetSubscriber().UnsubscribeAsync(Channel, flags: CommandFlags.FireAndForget);
    }

    private void Send(Job job) =>
        redis.GetSubscriber().Publish(Channel, JsonSerializer.Serialize(JobMessage.Of(node, job)), CommandFlags.FireAndForget);

    private void Receive(string text)
    {
        try
        {
            if (JsonSerializer.Deserialize<JobMessage>(text) is { } message && message.Node != node)
            {
                board.Deliver(message.ToJob());
            }
        }
        catch (JsonException e)
        {
            logger.LogWarning(e, "A message on {Channel} is not one of ours", Channel);
        }
    }

    private sealed record JobMessage(
        Guid Node, Guid Id, Guid OwnerId, JobKind Kind, int Priority, Guid SubjectId, Guid RootId, JobStatus Status, string Stage, double Progress, double? EtaSeconds, int Attempt,
        int MaxAttempts, string? ErrorCode, string? ErrorMessage, DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, bool CancelRequested, Guid? GroupId, string StepName, string? TraceParent)
    {
        public static JobMessage Of(Guid node, Job job) => new(
            node, job.Id, job.OwnerId, job.Kind, job.Priority, job.SubjectId, job.RootId, job.Status, job.Stage, job.Progress, job.EtaSeconds, job.Attempt,
            job.MaxAttempts, job.ErrorCode, job.ErrorMessage, job.CreatedAt, job.StartedAt, job.FinishedAt, job.CancelRequested, job.GroupId, job.StepName, job.TraceParent);

        public Job ToJob() => new()
        {
            Id = Id,
            OwnerId = OwnerId,
            Kind = Kind,
            Priority = Priority,
            SubjectId = SubjectId,
            RootId = RootId,
            Status = Status,
            Stage = Stage,
            Progress = Progress,
            EtaSeconds = EtaSeconds,
            Attempt = Attempt,
            MaxAttempts = MaxAttempts,
            ErrorCode = ErrorCode,
            ErrorMessage = ErrorMessage,
            CreatedAt = CreatedAt,
            StartedAt = StartedAt,
            FinishedAt = FinishedAt,
            CancelRequested = CancelRequested,
            GroupId = GroupId,
            StepName = StepName,
            TraceParent = TraceParent,
        };
    }
}
