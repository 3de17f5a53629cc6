"""The tables that `schema` reads: heads are `Name prefix abilities Label/Labels`, then a field a line. See there."""

from __future__ import annotations

__all__ = ["TABLES"]

_STAMPS = """
    CreatedDate datetime d
    CreatedById reference d User
    SystemModstamp datetime d
"""
_AUDIT = f"""
    Id id dl
    IsDeleted boolean d
    {_STAMPS}
    LastModifiedDate datetime d
    LastModifiedById reference d User
"""
_STAGES = "Qualification|Proposal/Price Quote|Negotiation/Review|Closed Won|Closed Lost"
_ROLES = (
    "Business User|Decision Maker|Economic Buyer|Economic Decision Maker|Evaluator|Executive Sponsor|Influencer|"
    "Technical Buyer|Other"
)

TABLES: tuple[tuple[str, str], ...] = (
    (
        "Account 001 cudrm Account/Accounts",
        f"""{_AUDIT}
        MasterRecordId reference n Account
        Name string:255 cut
        Type picklist:40 ncu Prospect|Customer - Direct|Customer - Channel|Other
        ParentId reference ncu Account
        BillingCity string:40 ncu
        BillingCountry string:80 ncu
        Phone phone:40 ncu
        AccountNumber string:40 ncu
        Website url:255 ncu
        Industry picklist:40 ncu Banking|Energy|Healthcare|Manufacturing|Retail|Technology|Utilities|Other
        Description textarea:32000 ncux
        OwnerId reference cud User
        LastActivityDate date n
        """,
    ),
    (
        "Contact 003 cudrm Contact/Contacts",
        f"""{_AUDIT}
        MasterRecordId reference n Contact
        AccountId reference ncu Account
        LastName string:80 cu
        FirstName string:40 ncu
        Salutation picklist:40 ncu Mr.|Ms.|Mrs.|Dr.|Prof.
        Name string:121 t
        Phone phone:40 ncu
        MobilePhone phone:40 ncu
        Email email:80 ncul
        Title string:128 ncu
        Department string:80 ncu
        Description textarea:32000 ncux
        OwnerId reference cud User
        LastActivityDate date n
        """,
    ),
    (
        "Opportunity 006 cudr Opportunity/Opportunities",
        f"""{_AUDIT}
        AccountId reference ncu Account
        IsPrivate boolean cud
        Name string:120 cult
        Description textarea:32000 ncux
        StageName picklist:255 cu {_STAGES}
        Amount currency ncu
        Probability percent ncud
        ExpectedRevenue currency n
        CloseDate date cu
        Type picklist:255 ncu Existing Business|New Business
        NextStep string:255 ncu
        LeadSource picklist:255 ncu Web|Phone Inquiry|Partner Referral|Other
        IsClosed boolean d
        IsWon boolean d
        ForecastCategory picklist:40 - Omitted|Pipeline|BestCase|Forecast|Closed
        ForecastCategoryName picklist:255 ncud Omitted|Pipeline|Best Case|Commit|Closed
        HasOpportunityLineItem boolean d
        OwnerId reference cud User
        LastActivityDate date n
        LastStageChangeDate datetime n
        FiscalQuarter int n
        FiscalYear int n
        Fiscal string:6 n
        ContractId reference ncu Contract
        CurrencyIsoCode picklist:3 ncud EUR|GBP|USD|SEK|CHF
        Delivery_Project__c string:255 ncu
        Success_Criteria__c textarea:32000 ncux
        Services__c multipicklist:4099 ncu Training|Migration|Support
        Site__c location ncu
        Site__Latitude__s double ncu
        Site__Longitude__s double ncu
        Atlas_Delivery__c url:255 ncu
        Atlas_Delivery_Status__c string:80 ncu
        Atlas_Handoff_Score__c double ncu
        Atlas_Questions__c textarea:32000 ncux
        Atlas_Answers__c textarea:32000 ncux
        """,
    ),
    (
        "Delivery_Note__c a00 cudr Delivery Note/Delivery Notes",
        f"""{_AUDIT}
        OwnerId reference cudp Group|User
        Name string:80 lt
        Opportunity__c reference ncu Opportunity
        Body__c textarea:32000 ncux
        Why__c textarea:32000 ncux
        Summary__c string:1300 nf
        Services__c multipicklist:4099 ncu Training|Migration|Support
        """,
    ),
    (
        "OpportunityContactRole 00K cud Opportunity Contact Role/Opportunity Contact Role",
        f"""{_AUDIT}
        OpportunityId reference c Opportunity
        ContactId reference cu Contact
        Role picklist:40 ncu {_ROLES}
        IsPrimary boolean cud
        """,
    ),
    (
        "OpportunityHistory 008 - Opportunity: Stage History/Opportunity: Stage History",
        f"""
        Id id dl
        IsDeleted boolean d
        {_STAMPS}
        OpportunityId reference - Opportunity
        StageName picklist:255 - {_STAGES}
        Amount currency n
        ExpectedRevenue currency n
        CloseDate date n
        Probability percent n
        ForecastCategory picklist:40 n Omitted|Pipeline|BestCase|Forecast|Closed
        """,
    ),
    (
        "OpportunityFieldHistory 017 - Opportunity Field History/Opportunity Field History",
        """
        Id id dl
        IsDeleted boolean d
        OpportunityId reference - Opportunity
        CreatedById reference d User
        CreatedDate datetime d
        Field picklist:255 - created|StageName|Amount|CloseDate|Owner|NextStep
        DataType picklist:255 n
        OldValue string:255 nx
        NewValue string:255 nx
        """,
    ),
    (
        "Product2 01t cudr Product/Products",
        f"""{_AUDIT}
        Name string:255 cult
        ProductCode string:255 ncu
        Description textarea:4000 ncux
        IsActive boolean cud
        Family picklist:255 ncu Platform|Services|Support
        """,
    ),
    (
        "OpportunityLineItem 00k cudr Opportunity Product/Opportunity Product",
        f"""{_AUDIT}
        OpportunityId reference c Opportunity
        SortOrder int n
        Product2Id reference nc Product2
        ProductCode string:255 n
        Name string:376 nt
        Quantity double cu
        TotalPrice currency ncu
        UnitPrice currency ncu
        ListPrice currency n
        ServiceDate date ncu
        Description string:255 ncu
        CurrencyIsoCode picklist:3 n EUR|GBP|USD|SEK|CHF
        """,
    ),
    (
        "Contract 800 cudr Contract/Contracts",
        f"""{_AUDIT}
        AccountId reference cu Account
        ContractNumber string:30 lt
        StartDate date ncu
        EndDate date n
        ContractTerm int ncu
        OwnerId reference cud User
        Status picklist:40 cud In Approval Process|Activated|Draft
        StatusCode picklist:40 d InApproval|Activated|Draft
        CustomerSignedDate date ncu
        SpecialTerms textarea:4000 ncux
        ActivatedDate datetime ncu
        Description textarea:32000 ncux
        LastActivityDate date n
        """,
    ),
    (
        "Task 00T cudr Task/Tasks",
        f"""{_AUDIT}
        WhoId reference ncup Contact
        WhatId reference ncup Account|Contract|Opportunity
        Subject combobox:255 ncut
        ActivityDate date ncu
        Status picklist:255 cud Not Started|In Progress|Completed|Waiting on someone else|Deferred
        Priority picklist:20 cud High|Normal|Low
        IsHighPriority boolean d
        OwnerId reference cudp Group|User
        Description textarea:32000 ncux
        AccountId reference n Account
        IsClosed boolean d
        IsArchived boolean d
        CallDurationInSeconds int ncu
        CallType picklist:40 ncu Internal|Inbound|Outbound
        CallDisposition string:255 ncu
        TaskSubtype picklist:40 nc Task|Email|ListEmail|Cadence|Call|LinkedIn
        CompletedDateTime datetime n
        """,
    ),
    (
        "Event 00U cudr Event/Events",
        f"""{_AUDIT}
        WhoId reference ncup Contact
        WhatId reference ncup Account|Contract|Opportunity
        Subject combobox:255 ncut
        Location string:255 ncu
        IsAllDayEvent boolean cud
        ActivityDateTime datetime ncu
        ActivityDate date ncu
        DurationInMinutes int ncu
        StartDateTime datetime ncu
        EndDateTime datetime ncu
        EndDate date n
        Description textarea:32000 ncux
        AccountId reference n Account
        OwnerId reference cudp Calendar|User
        IsPrivate boolean cud
        ShowAs picklist:40 ncud Busy|OutOfOffice|Free
        IsChild boolean d
        IsGroupEvent boolean d
        IsArchived boolean d
        IsRecurrence boolean cd
        EventSubtype picklist:40 nc Event
        IsRecurrence2 boolean d
        """,
    ),
    (
        "EmailMessage 02s cud Email Message/Email Messages",
        f"""{_AUDIT}
        ParentId reference nc Case
        ActivityId reference nc Task
        TextBody textarea:131072 ncux
        HtmlBody textarea:131072 ncux
        Subject string:3000 ncut
        FromName string:1000 ncu
        FromAddress email:1000 ncu
        ToAddress string:4000 ncu
        CcAddress string:4000 ncu
        BccAddress string:4000 ncu
        Incoming boolean cud
        HasAttachment boolean d
        Status picklist:40 cud 0|1|2|3|4|5
        MessageDate datetime ncu
        ReplyToEmailMessageId reference nc EmailMessage
        IsPrivateDraft boolean d
        IsExternallyVisible boolean cud
        MessageIdentifier string:765 ncu
        ThreadIdentifier string:765 ncu
        IsClientManaged boolean cd
        RelatedToId reference ncup Account|Contract|Opportunity
        """,
    ),
    (
        "ContentNote 069 - Note/Notes",
        f"""{_AUDIT}
        Title string:255 t
        FileType string:20 -
        Content base64 nx
        TextPreview string:255 n
        ContentSize int n
        OwnerId reference - User
        ContentModifiedDate datetime n
        LatestPublishedVersionId reference n ContentVersion
        """,
    ),
    (
        "ContentDocument 069 ud Content Document/Content Documents",
        f"""{_AUDIT}
        Title string:255 ut
        FileType string:20 n
        FileExtension string:40 n
        ContentSize int n
        IsArchived boolean d
        OwnerId reference u User
        PublishStatus picklist:40 d P|R|U
        ContentModifiedDate datetime n
        LatestPublishedVersionId reference n ContentVersion
        """,
    ),
    (
        "ContentVersion 068 u Content Version/Content Versions",
        f"""{_AUDIT}
        ContentDocumentId reference - ContentDocument
        IsLatest boolean d
        VersionNumber string:20 n
        Title string:255 ut
        PathOnClient string:500 n
        FileType string:20 -
        FileExtension string:40 n
        ContentSize int n
        VersionData base64 nx
        TextPreview string:255 n
        Checksum string:50 n
        OwnerId reference u User
        ContentModifiedDate datetime n
        """,
    ),
    (
        "ContentDocumentLink 06A cud Content Document Link/Content Document Link",
        """
        Id id dl
        LinkedEntityId reference cp Account|Contact|Contract|Opportunity|User
        ContentDocumentId reference c ContentDocument
        IsDeleted boolean d
        SystemModstamp datetime d
        ShareType picklist:40 ncu V|C|I
        Visibility picklist:40 ncud AllUsers|InternalUsers|SharedUsers
        """,
    ),
    (
        "User 005 cu User/Users",
        f"""
        Id id dl
        {_STAMPS}
        LastModifiedDate datetime d
        LastModifiedById reference d User
        Username string:80 cul
        LastName string:80 cu
        FirstName string:40 ncu
        Name string:121 t
        CompanyName string:80 ncu
        Department string:80 ncu
        Title string:80 ncu
        Email email:128 cul
        Alias string:8 cu
        IsActive boolean cud
        UserType picklist:40 n Standard|AutomatedProcess
        TimeZoneSidKey picklist:40 cu Europe/Lisbon|Europe/London|Europe/Stockholm
        """,
    ),
    (
        "UserPermissionAccess 0up - User Permission Access/User Permission Access",
        """
        Id id dl
        PermissionsApiEnabled boolean d
        PermissionsViewAllData boolean d
        PermissionsQueryAllFiles boolean d
        """,
    ),
    (
        "Organization 00D u Organization/Organizations",
        f"""
        Id id dl
        {_STAMPS}
        LastModifiedDate datetime d
        LastModifiedById reference d User
        Name string:80 ut
        Country string:80 nu
        OrganizationType picklist:40 n Enterprise Edition
        IsSandbox boolean d
        InstanceName string:5 n
        TimeZoneSidKey picklist:40 u Europe/Lisbon|Europe/London|Europe/Stockholm
        NamespacePrefix string:15 n
        TrialExpirationDate datetime n
        """,
    ),
)
